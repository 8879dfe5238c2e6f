import { compileModule, instantiate, sharedMemory } from './engine.ts';
import { type HalfExports, halfModule } from './half-module.ts';

/** Numbers widened at a time: source and target fit the second-level cache. Divisible by eight. */
const BLOCK = 32768;
const SOURCE_BYTES = 2;
const TARGET_BYTES = 4;

type Widen = (kind: 'F16' | 'BF16', bytes: Uint8Array) => Float32Array;

/**
 * Float32 of little-endian 16-bit numbers, several times as fast as a loop over a table; undefined where
 * this machine cannot run it. A trailing odd byte is ignored.
 */
export function widenHalves(kind: 'F16' | 'BF16', bytes: Uint8Array): Float32Array | undefined {
  widen ??= prepare();
  return widen === 'missing' ? undefined : widen(kind, bytes);
}

let widen: Widen | 'missing' | undefined;

function prepare(): Widen | 'missing' {
  const module = compileModule(halfModule());
  if (module === undefined) return 'missing';
  const target = BLOCK * SOURCE_BYTES;
  const memory = sharedMemory(target + BLOCK * TARGET_BYTES);
  const exported = instantiate<HalfExports>(module, memory);
  const source = new Uint8Array(memory.buffer, 0, BLOCK * SOURCE_BYTES);
  const widened = new Float32Array(memory.buffer, target, BLOCK);
  return (kind, bytes) => {
    const out = new Float32Array(Math.floor(bytes.length / SOURCE_BYTES));
    for (let start = 0; start < out.length; start += BLOCK) {
      const length = Math.min(BLOCK, out.length - start);
      source.set(bytes.subarray(start * SOURCE_BYTES, (start + length) * SOURCE_BYTES));
      exported[kind](0, target, Math.ceil(length / 8));
      out.set(length === BLOCK ? widened : widened.subarray(0, length), start);
    }
    return out;
  };
}
