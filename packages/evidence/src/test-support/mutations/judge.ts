import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import {
  FiliationError,
  memoryAccess,
  openArchive,
  type Platform,
  type SignatureCheck,
  type VerificationReport,
  verifyBundle,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Mutation } from './bundle.ts';

/** Checks each signature once, however many bundles hold it. */
export function rememberingPlatform(): Platform {
  const known = new Map<string, Promise<boolean>>();
  return {
    ...nodePlatform,
    verifySignature(check: SignatureCheck) {
      const { publicKey, message, signature } = check;
      const digests = [publicKey, message, signature].map((bytes) => hash('sha1', bytes, 'base64'));
      const id = JSON.stringify([check.scheme, ...digests]);
      const found = known.get(id) ?? nodePlatform.verifySignature(check);
      known.set(id, found);
      return found;
    },
  };
}

/** What a verification says is wrong: the part and the reason, one line each; nothing where it passes. */
export async function faultsOf(archive: Uint8Array, platform: Platform): Promise<readonly string[]> {
  let report: VerificationReport;
  try {
    const source = await openArchive(memoryAccess(archive), 'case.zip');
    report = (await verifyBundle(source, { platform })).report;
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    return [`archive.open ${error.where ?? ''}: ${error.message}`];
  }
  const failed = report.checks.filter(({ status }) => status === 'failed');
  assert.equal(report.verdict, failed.length > 0 ? 'failed' : 'passed');
  return failed.map(({ id, part, detail }) => `${id} ${part}: ${detail}`);
}

export interface Judgement {
  /** Mutations of each kind. */
  readonly counts: ReadonlyMap<string, number>;
  /** Those that passed, or whose errors name something else. */
  readonly missed: readonly string[];
}

export async function judgeMutations(
  mutations: Iterable<Mutation> | AsyncIterable<Mutation>,
): Promise<Judgement> {
  const platform = rememberingPlatform();
  const counts = new Map<string, number>();
  const missed: string[] = [];
  for await (const { kind, what, archive, names } of mutations) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const faults = await faultsOf(archive(), platform);
    const named = faults.some((fault) =>
      names.some((name) => (typeof name === 'string' ? fault.includes(name) : name.test(fault))),
    );
    if (!named) missed.push(`${kind}, ${what}: ${faults.slice(0, 3).join(' | ') || 'PASSED'}`);
  }
  return { counts, missed };
}

/** Numbers that look drawn by lot and are the same in every run. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
