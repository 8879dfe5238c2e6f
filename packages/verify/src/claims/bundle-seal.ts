import { caseId, count, hash, instant, object, partyId, text } from '../schema/parts.ts';
import type { Schema } from '../schema/schema.ts';

/** Predicate type of `seal.dsse.json`; its subject is `tagmanifest-sha256.txt`. */
export const BUNDLE_PREDICATE = 'urn:filiation:bundle:v1';

/** What whoever sealed a bundle signs: these files, this case, the log as it then stood. */
export interface BundleSeal {
  readonly format: 'filiation.bundle/1';
  readonly case: string;
  readonly actor: string;
  readonly at: string;
  readonly software: string;
  readonly log: { readonly origin: string; readonly size: number; readonly root: string };
}

export const BUNDLE_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: BUNDLE_PREDICATE,
  title: 'Filiation bundle seal',
  description: 'The signed statement over all files of a bundle.',
  ...object({
    format: { const: 'filiation.bundle/1' },
    case: caseId,
    actor: partyId,
    at: instant,
    software: text(200),
    log: object({ origin: text(200), size: count, root: hash }),
  }),
};
