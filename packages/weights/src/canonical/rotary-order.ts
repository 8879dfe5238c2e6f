/**
 * Where a head's rows lie in checkpoints that keep rotary pairs together (Meta's own, GGUF of Llama-type
 * models): canonical row i, with halves (j, j + size/2) rotated together as Hugging Face has them, is
 * stored row `order[i]`, with (2j, 2j + 1) rotated together.
 */
export function rotaryPairOrder(rows: number, headSize: number): Int32Array {
  const half = headSize / 2;
  if (!Number.isInteger(half) || rows % headSize !== 0)
    throw new RangeError(`${rows} rows are not whole heads of even size ${headSize}`);
  const order = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const within = i % headSize;
    const pair = within % half;
    order[i] = i - within + 2 * pair + (within < half ? 0 : 1);
  }
  return order;
}
