/**
 * The part of the WebAssembly JavaScript interface used here. The compiler's ECMAScript library does not
 * declare it (its browser library does).
 */
interface Engine {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly host: { readonly memory: WasmMemory } },
  ) => { readonly exports: unknown };
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => WasmMemory;
}

/** A compiled module. It may be sent to another thread. */
export type WasmModule = object;

/** Memory shared between threads. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** Bytes in a page of memory. */
const PAGE_BYTES = 65536;

/** Absent where Node runs without a compiler (`--jitless`). */
const engine = (globalThis as { readonly WebAssembly?: Engine }).WebAssembly;

/** WebAssembly memory is little-endian: numbers pass through it unchanged only where the machine is too. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The module, or nothing where this machine cannot run it. */
export function compileModule(bytes: Uint8Array<ArrayBuffer>): WasmModule | undefined {
  return LITTLE_ENDIAN && engine?.validate(bytes) ? new engine.Module(bytes) : undefined;
}

/** Exports of the module, which imports the memory. Only for modules that compiled. */
export function instantiate<Exports>(module: WasmModule, memory: WasmMemory): Exports {
  return new engine!.Instance(module, { host: { memory } }).exports as Exports;
}

/** Memory of fixed size, rounded up to whole pages. Only where a module compiled. */
export function sharedMemory(byteLength: number): WasmMemory {
  const pages = Math.ceil(byteLength / PAGE_BYTES);
  return new engine!.Memory({ initial: pages, maximum: pages, shared: true });
}
