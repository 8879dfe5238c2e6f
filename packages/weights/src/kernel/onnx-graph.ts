/**
 * An ONNX model of one operation, c = a · bᵀ, as protocol-buffer bytes. Field numbers are those of
 * onnx.proto (ModelProto, GraphProto, NodeProto, AttributeProto, ValueInfoProto), IR version 8.
 */
type Bytes = readonly number[];

const IR_VERSION = 8;
const OPERATOR_SET = 13;
const FLOAT32 = 1;
const INTEGER_ATTRIBUTE = 2;

export function gemmGraph(): Uint8Array {
  const transposed = [...text(1, 'transB'), ...number(3, 1), ...number(20, INTEGER_ATTRIBUTE)];
  const node = [
    ...text(1, 'a'),
    ...text(1, 'b'),
    ...text(2, 'c'),
    ...text(4, 'Gemm'),
    ...message(5, transposed),
  ];
  const graph = [
    ...message(1, node),
    ...text(2, 'product'),
    ...message(11, floatMatrix('a')),
    ...message(11, floatMatrix('b')),
    ...message(12, floatMatrix('c')),
  ];
  return Uint8Array.from([
    ...number(1, IR_VERSION),
    ...message(7, graph),
    ...message(8, number(2, OPERATOR_SET)),
  ]);
}

/** A named value of two unknown dimensions. */
function floatMatrix(name: string): Bytes {
  const dimension = (label: string): Bytes => message(1, text(2, label));
  const shape = [...dimension(`${name} rows`), ...dimension(`${name} columns`)];
  const tensorType = [...number(1, FLOAT32), ...message(2, shape)];
  return [...text(1, name), ...message(2, message(1, tensorType))];
}

/** Varint of a number below 2^31. */
function varint(value: number): Bytes {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function number(field: number, value: number): Bytes {
  return [...varint(field << 3), ...varint(value)];
}

function message(field: number, content: Bytes): Bytes {
  return [...varint((field << 3) | 2), ...varint(content.length), ...content];
}

function text(field: number, value: string): Bytes {
  return message(field, [...new TextEncoder().encode(value)]);
}
