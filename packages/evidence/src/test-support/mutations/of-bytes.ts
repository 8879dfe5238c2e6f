import { utf8Text } from '@filiation/verify';
import { type Files, type Mutation, pack, type Region } from './bundle.ts';

type Draw = (below: number) => number;

/** Flips, cuts, insertions and exchanges anywhere in the bytes of the archive, by somebody who mends nothing. */
export function* byteMutations(files: Files, draw: Draw): Iterable<Mutation> {
  const { bytes, regions } = pack(files);
  for (const region of regions) yield* flips(bytes, region, draw);
  const ranges = { bytes, regions, draw };
  yield* overwrites(ranges, 80);
  yield* exchanges(ranges, 80);
  yield* shifts(ranges, 80);
}

interface Ranges {
  readonly bytes: Uint8Array;
  readonly regions: readonly Region[];
  readonly draw: Draw;
}

const FLIPS = { header: 6, content: 16, record: 6, end: 22 } as const;

function* flips(bytes: Uint8Array, region: Region, draw: Draw): Iterable<Mutation> {
  const size = region.to - region.from;
  const count = Math.min(FLIPS[region.part], size);
  for (let i = 0; i < count; i++) {
    // One in each stretch, so that all of a region is hit.
    const at = region.from + Math.floor((i * size) / count) + draw(Math.max(1, Math.floor(size / count)));
    const bit = 1 << draw(8);
    yield {
      kind: `bytes: bit flipped, ${region.part}`,
      what: `byte ${at} of ${region.path}`,
      archive: () => flipped(bytes, at, bit),
      names: namesOf(region, bytes, at, bit),
    };
  }
}

function namesOf(
  { part, path, from, to }: Region,
  bytes: Uint8Array,
  at: number,
  bit: number,
): readonly (string | RegExp)[] {
  if (part === 'end') return [/archive|directory/];
  if (part !== 'record') return [path];
  // A record names the member; where its name is hit, by the name it then has, or by its place.
  const name = flipped(bytes, at, bit).subarray(from + 46, to);
  return [path, textOf(name), /(record|member) \d+/, 'its directory'];
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8Text(bytes);
  } catch {
    return 'is not UTF-8';
  }
}

function* overwrites({ bytes, regions, draw }: Ranges, count: number): Iterable<Mutation> {
  for (let i = 0; i < count; i++) {
    const from = draw(bytes.length - 64);
    const to = from + 1 + draw(64);
    const fill = i % 2 === 0 ? 0 : 1 + draw(255);
    if (bytes.subarray(from, to).every((byte) => byte === fill)) continue;
    yield {
      kind: 'bytes: stretch overwritten',
      what: `bytes ${from} to ${to} with ${fill}`,
      archive: () => changed(bytes, (copy) => copy.fill(fill, from, to)),
      names: touched(regions, from, to),
    };
  }
}

function* exchanges({ bytes, regions, draw }: Ranges, count: number): Iterable<Mutation> {
  for (let i = 0; i < count; i++) {
    const length = 1 + draw(200);
    const [first, second] = [draw(bytes.length - length), draw(bytes.length - length)];
    const [one, other] = [first, second].map((at) => bytes.slice(at, at + length)) as [
      Uint8Array,
      Uint8Array,
    ];
    const made = changed(bytes, (copy) => {
      copy.set(other, first);
      copy.set(one, second);
    });
    if (Buffer.compare(made, bytes) === 0) continue;
    yield {
      kind: 'bytes: stretches exchanged',
      what: `${length} bytes at ${first} and ${second}`,
      archive: () => made,
      names: [first, second].flatMap((at) => touched(regions, at, at + length)),
    };
  }
}

/** What makes the archive longer or shorter. */
function* shifts({ bytes, draw }: Ranges, count: number): Iterable<Mutation> {
  const names = [/archive|directory/];
  for (let i = 0; i < count; i++) {
    const at = draw(bytes.length);
    const length = Math.min(1 + draw(i % 4 === 0 ? 5000 : 20), bytes.length - at);
    const range = `${length} bytes at ${at}`;
    const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
    yield {
      kind: 'bytes: stretch deleted',
      what: range,
      archive: () => joined(bytes.subarray(0, at), bytes.subarray(at + length)),
      names,
    };
    yield {
      kind: 'bytes: stretch inserted',
      what: range,
      archive: () =>
        joined(bytes.subarray(0, at), bytes.subarray(draw(at + 1)).slice(0, length), bytes.subarray(at)),
      names,
    };
    yield {
      kind: 'bytes: cut short',
      what: `after ${at}`,
      archive: () => bytes.slice(0, at),
      names,
    };
  }
}

function touched(regions: readonly Region[], from: number, to: number): (string | RegExp)[] {
  return regions
    .filter((region) => region.from < to && region.to > from)
    .map(({ part, path }) =>
      part === 'end' || part === 'record' ? /archive|directory|record|member \d+/ : path,
    );
}

export function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  return changed(bytes, (copy) => {
    copy[at]! ^= bit;
  });
}

function changed(bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  change(copy);
  return copy;
}
