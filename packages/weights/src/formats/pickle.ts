import { FiliationError } from '@filiation/evidence';
import { PickleBytes } from './pickle-bytes.ts';
import { INSTRUCTIONS } from './pickle-instructions.ts';
import { PickleMachine, type PickleWorld } from './pickle-machine.ts';
import type { PickleValue } from './pickle-value.ts';

/** Instructions; a tensor takes about 40. */
const MAX_INSTRUCTIONS = 10_000_000;
const STOP = 0x2e;

export interface PickleResult {
  /** The pickled value, or why there is none. */
  readonly outcome: { readonly value: PickleValue } | { readonly failure: FiliationError };
  /** Every class and function the pickle asked for and did not get, in order; also before a failure. */
  readonly refused: readonly string[];
}

/**
 * Reads a pickle of protocol 2 to 5 (instructions as in Python's pickletools) without Python: a stack
 * machine over plain data that cannot call anything. Unknown classes become opaque values and are
 * listed, so that the caller can report what the pickle wanted. Failures are MALFORMED, UNSUPPORTED,
 * LIMIT_EXCEEDED or what the world throws.
 */
export function readPickle(bytes: Uint8Array, world: PickleWorld, where: string): PickleResult {
  const input = new PickleBytes(bytes, where);
  const machine = new PickleMachine(input, world, where);
  const result = (outcome: PickleResult['outcome']): PickleResult => ({
    outcome,
    refused: [...machine.refused],
  });
  try {
    return result({ value: run(input, machine, where) });
  } catch (failure) {
    if (failure instanceof FiliationError) return result({ failure });
    throw failure;
  }
}

function run(input: PickleBytes, machine: PickleMachine, where: string): PickleValue {
  for (let i = 0; i < MAX_INSTRUCTIONS; i++) {
    const code = input.byte();
    if (code === STOP) return machine.pop();
    const instruction = INSTRUCTIONS.get(code);
    if (instruction === undefined) throw unknownInstruction(code, where);
    instruction(input, machine);
  }
  throw new FiliationError(
    'LIMIT_EXCEEDED',
    `${where}: the pickle has over ${MAX_INSTRUCTIONS} instructions`,
    {
      where,
      hint: 'No checkpoint comes near this limit: check where the file comes from.',
    },
  );
}

function unknownInstruction(code: number, where: string): FiliationError {
  const name = `0x${code.toString(16).padStart(2, '0')}`;
  return new FiliationError('UNSUPPORTED', `${where}: the pickle uses the instruction ${name}`, {
    where,
    hint: 'It was not written by torch.save, or the file is damaged; convert it to safetensors.',
  });
}
