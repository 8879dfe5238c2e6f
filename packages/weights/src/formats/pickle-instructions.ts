import type { PickleBytes } from './pickle-bytes.ts';
import type { PickleMachine } from './pickle-machine.ts';

const NEWEST_PROTOCOL = 5;

export type Instruction = (input: PickleBytes, machine: PickleMachine) => void;

/** Opcode to effect; names as in Python's pickletools. */
export const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (input) => void (input.byte() > NEWEST_PROTOCOL && input.fail('the pickle protocol is unknown'))], // PROTO
  [0x95, (input) => void input.uint64()], // FRAME
  [0x28, (_, m) => m.mark()], // MARK
  [0x30, (_, m) => m.discard()], // POP
  [0x31, (_, m) => void m.popMark()], // POP_MARK
  [0x32, (_, m) => m.duplicate()], // DUP
  [0x4e, (_, m) => m.push(null)], // NONE
  [0x88, (_, m) => m.push(true)], // NEWTRUE
  [0x89, (_, m) => m.push(false)], // NEWFALSE
  [0x4a, (input, m) => m.push(input.int32())], // BININT
  [0x4b, (input, m) => m.push(input.byte())], // BININT1
  [0x4d, (input, m) => m.push(input.uint16())], // BININT2
  [0x8a, (input, m) => m.push(input.long(input.byte()))], // LONG1
  [0x8b, (input, m) => m.push(input.long(input.uint32()))], // LONG4
  [0x47, (input, m) => m.push(input.double())], // BINFLOAT
  [0x55, (input, m) => m.push(input.text(input.byte()))], // SHORT_BINSTRING
  [0x54, (input, m) => m.push(input.text(input.uint32()))], // BINSTRING
  [0x8c, (input, m) => m.push(input.text(input.byte()))], // SHORT_BINUNICODE
  [0x58, (input, m) => m.push(input.text(input.uint32()))], // BINUNICODE
  [0x8d, (input, m) => m.push(input.text(input.uint64()))], // BINUNICODE8
  [0x43, (input, m) => m.push(input.bytes(input.byte()))], // SHORT_BINBYTES
  [0x42, (input, m) => m.push(input.bytes(input.uint32()))], // BINBYTES
  [0x8e, (input, m) => m.push(input.bytes(input.uint64()))], // BINBYTES8
  [0x96, (input, m) => m.push(input.bytes(input.uint64()))], // BYTEARRAY8
  [0x29, (_, m) => m.pushSequence('tuple', [])], // EMPTY_TUPLE
  [0x85, (_, m) => m.tuple(1)], // TUPLE1
  [0x86, (_, m) => m.tuple(2)], // TUPLE2
  [0x87, (_, m) => m.tuple(3)], // TUPLE3
  [0x74, (_, m) => m.pushSequence('tuple', m.popMark())], // TUPLE
  [0x5d, (_, m) => m.pushSequence('list', [])], // EMPTY_LIST
  [0x6c, (_, m) => m.pushSequence('list', m.popMark())], // LIST
  [0x61, (_, m) => m.appendTop()], // APPEND
  [0x65, (_, m) => m.append(m.popMark())], // APPENDS
  [0x7d, (_, m) => m.pushDict([])], // EMPTY_DICT
  [0x64, (_, m) => m.pushDict(m.popMark())], // DICT
  [0x73, (_, m) => m.setTop()], // SETITEM
  [0x75, (_, m) => m.setItems(m.popMark())], // SETITEMS
  [0x8f, (_, m) => m.pushSequence('set', [])], // EMPTY_SET
  [0x90, (_, m) => m.append(m.popMark())], // ADDITEMS
  [0x91, (_, m) => m.pushSequence('set', m.popMark())], // FROZENSET
  [0x63, (input, m) => m.global(input.line(), input.line())], // GLOBAL
  [0x93, (_, m) => m.stackGlobal()], // STACK_GLOBAL
  [0x52, (_, m) => m.call()], // REDUCE
  [0x81, (_, m) => m.call()], // NEWOBJ
  [0x92, (_, m) => m.callWithKeywords()], // NEWOBJ_EX
  [0x6f, (_, m) => m.callMarked()], // OBJ
  [0x69, instantiate], // INST
  [0x62, (_, m) => m.build()], // BUILD
  [0x82, (input, m) => m.refuse(`extension code ${input.byte()}`)], // EXT1
  [0x83, (input, m) => m.refuse(`extension code ${input.uint16()}`)], // EXT2
  [0x84, (input, m) => m.refuse(`extension code ${input.uint32()}`)], // EXT4
  [0x51, (_, m) => m.persistentTop()], // BINPERSID
  [0x71, (input, m) => m.remember(input.byte())], // BINPUT
  [0x72, (input, m) => m.remember(input.uint32())], // LONG_BINPUT
  [0x94, (_, m) => m.remember()], // MEMOIZE
  [0x68, (input, m) => m.recall(input.byte())], // BINGET
  [0x6a, (input, m) => m.recall(input.uint32())], // LONG_BINGET
]);

function instantiate(input: PickleBytes, machine: PickleMachine): void {
  const args = machine.popMark();
  machine.global(input.line(), input.line());
  machine.pushSequence('tuple', args);
  machine.call();
}
