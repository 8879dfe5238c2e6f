import { hexOf, utf8Bytes } from '../bytes.ts';
import type { Check } from '../check.ts';
import { faultOf } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { BundleMember, BundleSource } from '../source.ts';
import type { CaseState } from './state.ts';

export interface ExhibitInput {
  readonly source: BundleSource;
  readonly prefix: string;
  readonly platform: Platform;
  readonly state: CaseState;
  /** SHA-256 in hex of a member, where a step before has computed it. */
  readonly digestOf: (path: string) => string | undefined;
  readonly report: (check: Check) => void;
}

/** Every exhibit of which a copy is in the case holds the bytes that were logged; others are named. */
export async function checkExhibits(input: ExhibitInput): Promise<void> {
  const { source, prefix, state, report } = input;
  const files = new Map<string, BundleMember[]>();
  const folder = `${prefix}exhibits/`;
  for (const member of source.members) {
    const { path } = member;
    if (!path.startsWith(folder)) continue;
    const [sha256 = ''] = path.slice(folder.length).split('/');
    const list = files.get(sha256) ?? [];
    list.push(member);
    files.set(sha256, list);
  }
  for (const [sha256, paths] of files)
    if (!state.exhibitDigests.has(sha256))
      report({
        id: 'exhibit.known',
        status: 'failed',
        part: paths[0]!.path,
        detail: 'lies among the exhibits, but no entry registers it',
      });
  const grounds = withheldGrounds(state);
  for (const [number, exhibit] of state.exhibits) {
    const part = `exhibit ${number} (${exhibit.claim.name})`;
    const paths = files.get(exhibit.sha256);
    if (paths === undefined) {
      report(absent(part, exhibit.claim.storage, grounds.get(number)));
      continue;
    }
    let fits = false;
    try {
      const { digest, size } = await treeOf(input, `${folder}${exhibit.sha256}/`, paths);
      fits = digest === exhibit.sha256 && size === exhibit.claim.size && paths.length === exhibit.claim.files;
    } catch (error) {
      report({ id: 'exhibit.digest', status: 'failed', part, detail: faultOf(error) });
      continue;
    }
    report({
      id: 'exhibit.digest',
      status: fits ? 'passed' : 'failed',
      part,
      detail: fits
        ? ''
        : 'its files are not the ones that were registered: digest, size or number of files differ',
    });
  }
}

/** What the last seal holds back: an earlier one speaks of another bundle. */
function withheldGrounds({ seals }: CaseState): ReadonlyMap<string, string> {
  return new Map((seals.at(-1)?.claim.withheld ?? []).map(({ exhibit, ground }) => [exhibit, ground]));
}

function absent(part: string, storage: string, ground: string | undefined): Check {
  const id = 'exhibit.digest';
  if (ground !== undefined)
    return { id, status: 'not-checked', part, detail: `is withheld (${ground}); only its digest is here` };
  if (storage === 'copy')
    return {
      id,
      status: 'failed',
      part,
      detail: 'was taken into the case, but its bytes are missing and no seal withholds it',
    };
  return {
    id,
    status: 'not-checked',
    part,
    detail:
      storage === 'reference'
        ? 'is held by reference; fetch it and compare its digest'
        : 'is held by another party, who has committed to it',
  };
}

/** Lines `sha256  size  name\n` in the order of the names' UTF-16 units, digested. */
async function treeOf(
  input: ExhibitInput,
  folder: string,
  members: readonly BundleMember[],
): Promise<{ readonly digest: string; readonly size: number }> {
  const tree = input.platform.runningSha256();
  let total = 0;
  // UTF-16 order, as the digest is defined.
  const byName = [...members].sort((p, q) => (p.path < q.path ? -1 : 1));
  for (const { path, size } of byName) {
    const sha256 = input.digestOf(path) ?? (await streamDigest(input, path));
    total += size;
    tree.update(utf8Bytes(`${sha256}  ${size}  ${path.slice(folder.length)}\n`));
  }
  return { digest: hexOf(tree.digest()), size: total };
}

async function streamDigest({ source, platform }: ExhibitInput, path: string): Promise<string> {
  const digest = platform.runningSha256();
  for await (const piece of source.stream(path)) digest.update(piece);
  return hexOf(digest.digest());
}
