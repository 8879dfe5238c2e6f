import { canonicalBytes, type JsonValue, parseJson, parseNote, utf8Bytes, utf8Text } from '@filiation/verify';
import { type Files, type Mutation, pack, relist, SEAL } from './bundle.ts';
import { jsonMutations } from './of-json.ts';

type Draw = (below: number) => number;

/** Every file changed, emptied, cut, lengthened, removed, renamed, doubled, exchanged with another. */
export function* fileMutations(files: Files, draw: Draw): Iterable<Mutation> {
  for (const [path, bytes] of files) {
    for (const [kind, next] of contents(bytes, draw)) yield* bothWays(files, kind, path, { [path]: next });
    yield* bothWays(files, 'file removed', path, { [path]: undefined });
    const other = `${path}x`;
    yield* bothWays(files, 'file renamed', path, { [path]: undefined, [other]: bytes }, [other]);
    yield* bothWays(files, 'file doubled', path, { [other]: bytes }, [other]);
    for (const [neighbour, theirs] of neighbours(files, path))
      yield* bothWays(files, 'files exchanged', path, { [path]: theirs, [neighbour]: bytes }, [neighbour]);
    yield* valuesOf(files, path, bytes);
    yield* linesOf(files, path, bytes);
  }
}

function* contents(bytes: Uint8Array, draw: Draw): Iterable<readonly [string, Uint8Array]> {
  for (let i = 0; i < 6; i++) {
    const copy = bytes.slice();
    copy[draw(copy.length)]! ^= 1 << draw(8);
    yield ['file: bit flipped', copy];
  }
  yield ['file cut short', bytes.slice(0, draw(bytes.length))];
  yield ['file emptied', new Uint8Array(0)];
  yield ['file lengthened', new Uint8Array([...bytes, 10])];
}

/** The next files of the same folder, and of the same name in another. */
function neighbours(files: Files, path: string): readonly (readonly [string, Uint8Array])[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const name = path.slice(folder.length);
  const others = [...files].filter(
    ([other]) => other > path && (other.startsWith(folder) || other.endsWith(`/${name}`)),
  );
  return others.filter(([, bytes]) => Buffer.compare(bytes, files.get(path)!) !== 0).slice(0, 3);
}

/**
 * The change with the lists of the bag left as they were, then with all of them written anew: the file is
 * named where an entry, a checkpoint or the sealing entry binds it, and else the seal over the lists.
 */
function* bothWays(
  files: Files,
  kind: string,
  path: string,
  changes: Readonly<Record<string, Uint8Array | undefined>>,
  others: readonly string[] = [],
): Iterable<Mutation> {
  const next = new Map(files);
  for (const [name, bytes] of Object.entries(changes))
    if (bytes === undefined) next.delete(name);
    else next.set(name, bytes);
  const what = path;
  yield { kind, what, archive: () => pack(next).bytes, names: [path, ...others] };
  // Written anew, the lists would hide a change of theirs.
  if (isList(path) && kind !== 'file doubled') return;
  yield {
    kind: `${kind}, lists written anew`,
    what,
    archive: () => pack(relist(next)).bytes,
    names: [path, ...others].flatMap((name) => boundNames(name)),
  };
}

function isList(path: string): boolean {
  return /^(bag-info|bagit|manifest-sha256|tagmanifest-sha256)\.txt$/.test(path);
}

/** How errors name a file whose lists were written anew. */
function boundNames(path: string): readonly (string | RegExp)[] {
  if (path.startsWith('data/exhibits/')) return [path, /exhibit\.digest exhibit E\d \(/];
  if (path.endsWith('.jsonl')) return [path, /entry \d+ \(open of E5\)/];
  return /^data\/(policy|plans|findings|opinions|replies|reports|disclosure)\/.*[^x]$|^data\/withheld/.test(
    path,
  )
    ? [path]
    : [path, SEAL];
}

/** Each value of each JSON file, in canonical form again. */
function* valuesOf(files: Files, path: string, bytes: Uint8Array): Iterable<Mutation> {
  if (!path.endsWith('.json') || path === SEAL || path.startsWith('data/exhibits/')) return;
  const value = parseJson(bytes, { limit: bytes.length });
  let at = 0;
  for (const { kind, next } of jsonMutations(value)) {
    // The catalogue is long and says of every file the same few things.
    if (path.endsWith('ro-crate-metadata.json') && at++ % 8 !== 0) continue;
    const changed = new Map(files).set(path, canonicalBytes(next as JsonValue));
    yield {
      kind: `document: ${kind}, lists written anew`,
      what: path,
      archive: () => pack(relist(changed)).bytes,
      names: boundNames(path),
    };
  }
}

/** Lines of checkpoints, policies and lists dropped, doubled, and in another order. */
function* linesOf(files: Files, path: string, bytes: Uint8Array): Iterable<Mutation> {
  if (!/checkpoint|policy\.txt|manifest|bag-info|authorities|\.jsonl/.test(path)) return;
  const lines = utf8Text(bytes).split('\n').slice(0, -1);
  for (const [at, line] of lines.entries()) {
    const rest = lines.toSpliced(at, 1);
    const variants = { dropped: rest, doubled: lines.toSpliced(at, 0, line), moved: [...rest, line] };
    for (const [kind, next] of Object.entries(variants)) {
      if (next.join('\n') === lines.join('\n')) continue;
      yield* bothWays(files, `line ${kind}`, path, { [path]: utf8Bytes(`${next.join('\n')}\n`) });
    }
  }
  if (path.includes('checkpoint')) yield* signaturesOf(files, path, bytes);
}

/** Every part of every signature line of a checkpoint, and a line by a key that nobody knows. */
function* signaturesOf(files: Files, path: string, bytes: Uint8Array): Iterable<Mutation> {
  const { text, signatures } = parseNote(bytes);
  const start = utf8Bytes(`${text}\n`).length;
  for (let at = start; at < bytes.length; at += 10) {
    const copy = bytes.slice();
    copy[at] = copy[at] === 0x41 ? 0x42 : 0x41;
    yield* bothWays(files, 'signature of a checkpoint: character changed', path, { [path]: copy });
  }
  const stranger = utf8Text(bytes.slice(start))
    .split('\n')[0]!
    .replace(signatures[0]!.name, 'example.org/other');
  yield* bothWays(files, 'signature of a stranger added', path, {
    [path]: new Uint8Array([...bytes, ...utf8Bytes(`${stranger}\n`)]),
  });
}
