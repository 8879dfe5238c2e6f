import type { MatrixKernel } from './kernel.ts';
import { onnxKernel } from './onnx.ts';
import { plainKernel } from './plain.ts';
import { type WasmKernelOptions, wasmKernel, wasmKernelSupported } from './wasm.ts';

/** `auto` is `wasm`, or `plain` where the engine has no SIMD: both give the same bytes. */
export type KernelName = 'auto' | 'plain' | 'wasm' | 'onnxruntime';

/**
 * The kernel of that name.
 * @throws FiliationError UNSUPPORTED or NOT_FOUND where a kernel asked for by name cannot run here.
 */
export async function openKernel(
  name: KernelName = 'auto',
  options: WasmKernelOptions = {},
): Promise<MatrixKernel> {
  switch (name) {
    case 'plain':
      return plainKernel();
    case 'wasm':
      return wasmKernel(options);
    case 'onnxruntime':
      return onnxKernel(options.threads === undefined ? {} : { threads: options.threads });
    case 'auto':
      return wasmKernelSupported(options) ? wasmKernel(options) : plainKernel();
  }
}
