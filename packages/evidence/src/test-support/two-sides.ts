import { join } from 'node:path';
import { nodePlatform } from '@filiation/verify/node';
import { type Actor, type CaseFolder, openCase } from '../case/case-folder.ts';
import { newCase } from '../case/new-case.ts';
import { openBundle } from '../case/open-bundle.ts';
import { receivePacket, writePacket } from '../case/packet.ts';
import { sealCase } from '../case/seal.ts';
import { Secret } from '../keys/secret.ts';
import { type Signer, seedSigner } from '../keys/signer.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A signer whose key follows from the number: no file, no passphrase. */
export function signerOf(name: string, seed: number): Signer {
  return seedSigner(name, new Secret(new Uint8Array(32).fill(seed)));
}

const LOG = signerOf('example.org/log', 100);
export const ACME: Actor = { party: 'acme', signer: signerOf('example.org/acme', 1) };
export const BOLT: Actor = { party: 'bolt', signer: signerOf('example.org/bolt', 2) };
export const NORA: Actor = { party: 'nora', signer: signerOf('example.org/nora', 3) };

/** A case that the claimant keeps, and the respondent's view of it, handed over by bundles and packets. */
export interface TwoSides {
  /** For files of the test. */
  readonly folder: string;
  /** The claimant's case, with the key of the log. */
  open(): Promise<CaseFolder>;
  /** Seals the claimant's case and opens the bundle as the respondent, who does not keep the log. */
  handOver(clock?: { readonly now: () => Date }): Promise<CaseFolder>;
  /** Takes what waits in the respondent's outbox into the claimant's log. */
  handBack(respondent: CaseFolder): Promise<number>;
  remove(): Promise<void>;
}

export async function twoSides(): Promise<TwoSides> {
  const { path: folder, remove } = await temporaryFolder();
  const claimant = join(folder, 'claimant');
  let at = Date.parse('2030-01-01T00:00:00Z');
  const now = () => {
    at += 60_000;
    return new Date(at);
  };
  const party = (actor: Actor) => ({ id: actor.party, name: actor.party, key: actor.signer.vkey });
  await newCase(
    claimant,
    {
      id: 'case-1',
      title: 'A case with two sides',
      question: 'weights',
      propositions: { h1: 'One descends from the other.', h2: 'They were trained apart.' },
      parties: [
        { ...party(ACME), side: 'claimant', roles: ['custodian', 'examiner'] },
        { ...party(BOLT), side: 'respondent', roles: ['custodian', 'examiner'] },
        { ...party(NORA), side: 'neutral', roles: ['neutral'] },
      ],
      timeZone: 'UTC',
      deadlines: [],
      witnesses: [],
      authorities: [],
    },
    { log: LOG, opener: ACME },
    now,
  );
  const open = (): Promise<CaseFolder> => openCase(claimant, { now, logSigner: LOG });
  let round = 0;
  return {
    folder,
    open,
    async handOver(clock = { now }) {
      round++;
      const bundle = join(folder, `bundle-${round}.zip`);
      const of = await open();
      await sealCase(of, ACME, {
        out: bundle,
        withheld: [],
        software: 'test',
        tags: [],
        now,
        vouch: () => Promise.resolve(),
      }).finally(() => of.close());
      const view = join(folder, `respondent-${round}`);
      await openBundle({ bundle, folder: view, platform: nodePlatform });
      return openCase(view, clock);
    },
    async handBack(respondent) {
      const packet = join(folder, `packet-${round}.json`);
      await writePacket(respondent, packet);
      await respondent.close();
      const of = await open();
      return receivePacket(of, packet).finally(() => of.close());
    },
    remove,
  };
}
