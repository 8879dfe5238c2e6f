import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ErrorCode,
  FiliationError,
  type RenewedTime,
  readPemCertificates,
  verifyRenewals,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { type LocalAuthority, makeAuthority } from './test-support/authority.ts';
import { digestOf } from './test-support/tokens.ts';

const message = Uint8Array.of(1, 2, 3);
const imprintOf = (bytes: Uint8Array) => ({ hash: 'sha256', digest: digestOf('sha256', bytes) }) as const;

const old = makeAuthority({ name: 'old', signer: { notAfter: new Date('2030-12-31T23:59:59Z') } });
const young = makeAuthority({ name: 'young' });
const roots = readPemCertificates(old.rootPem + young.rootPem);

function stamp(by: LocalAuthority, bytes: Uint8Array, at: string): Uint8Array {
  return by.stamp(imprintOf(bytes), { at: new Date(at) });
}

const first = stamp(old, message, '2029-05-05T00:00:00Z');

function verify(...files: readonly Uint8Array[]): Promise<RenewedTime> {
  return verifyRenewals(nodePlatform, { stamped: { message }, roots, name: '3.old.tsr' }, files);
}

function rejects(work: Promise<unknown>, text: RegExp, code: ErrorCode = 'UNVERIFIED'): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof FiliationError, String(error));
    assert.match(error.message, text);
    assert.equal(error.code, code);
    return true;
  });
}

describe('verifyRenewals', () => {
  it('carries the first time on through newer tokens', async () => {
    const second = stamp(old, first, '2030-12-01T00:00:00Z');
    const third = stamp(young, second, '2030-12-02T00:00:00Z');
    const time = await verify(first, second, third);
    assert.equal(time.first.time, '2029-05-05T00:00:00Z');
    assert.equal(time.last.chainEnds, '2099-12-31T23:59:59Z');
    assert.equal(time.links.length, 3);
    assert.equal((await verify(first)).last.chainEnds, '2030-12-31T23:59:59Z');
  });

  it('refuses a renewal that came too late, or before what it renews', async () => {
    const late = stamp(young, first, '2031-01-01T00:00:00Z');
    await rejects(verify(first, late), /3\.old\.tsr, renewal 1: came at 2031-01-01T00:00:00Z, after/);
    const early = stamp(young, first, '2029-05-04T00:00:00Z');
    await rejects(verify(first, early), /lies before/);
  });

  it('refuses a renewal of another file, and an order that does not fit', async () => {
    const other = stamp(young, message, '2030-01-01T00:00:00Z');
    await rejects(verify(first, other), /renewal 1: stamps other bytes/);
    const second = stamp(young, first, '2030-01-01T00:00:00Z');
    await rejects(verify(second, first), /stamps other bytes/);
    await rejects(verify(), /1 to 64 time tokens/, 'USAGE');
  });
});
