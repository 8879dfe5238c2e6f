import type { BundleSource } from '@filiation/verify';
import { folderSource } from '@filiation/verify/node';

/** Of a case folder others see these. Keys, work in progress and the outbox are nobody else's. */
const PUBLIC = new Set([
  'case.json',
  'exhibits',
  'plans',
  'findings',
  'opinions',
  'replies',
  'reports',
  'disclosure',
  'policy',
  'log',
]);

/**
 * The public part of a case folder, as the payload of a bundle would hold it. Hidden names (locks, and what
 * an interrupted write left) and files on their way are no part of it.
 */
export function caseSource(folder: string): Promise<BundleSource> {
  return folderSource(folder, (path) => {
    const [first = '', ...rest] = path.split('/');
    const name = rest.at(-1) ?? first;
    return !PUBLIC.has(first) || name.startsWith('.') || name.endsWith('.tmp');
  });
}
