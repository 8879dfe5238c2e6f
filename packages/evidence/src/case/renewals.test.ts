import assert from 'node:assert/strict';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import { judge, plan, run, timeRootsOf } from '../test-support/cheating-acts.ts';
import { startWorld, type World } from '../test-support/cheating-world.ts';
import type { RunningAuthority } from '../time/test-support/authority.ts';
import { issueRevocationList, listAddress } from '../time/test-support/certificates.ts';
import type { CaseFolder } from './case-folder.ts';
import { renewTokens } from './renewals.ts';

const ENDS = '2031-12-31T23:59:59Z';
const BEFORE_END = () => new Date('2031-11-01T00:00:00Z');
const AFTER_END = () => new Date('2032-02-01T00:00:00Z');

let world: World;
let old: RunningAuthority;
let young: RunningAuthority;
let server: Server;
/** Revocation lists that are given out, by path. */
const files = new Map<string, Uint8Array>();

before(async () => {
  server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    if (file === undefined) response.writeHead(404).end();
    else response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  world = await startWorld();
  old = await world.startAuthority({
    name: 'old',
    intermediate: { extra: [listAddress(`${address}/root.crl`)] },
    signer: { notAfter: new Date(ENDS), extra: [listAddress(`${address}/signer.crl`)] },
  });
  young = await world.startAuthority({ name: 'young' });
});
after(async () => {
  await world.stop();
  server.closeAllConnections();
  server.close();
});

let cases = 0;
/** A case whose plan has a token by `old`, and what a seal of it would hold. */
async function stamped(authorities = [old, young]): Promise<CaseFolder> {
  world.setClock('2030-05-04T09:00:00Z');
  const of = await world.openCase(`renewed-${++cases}`, { authorities });
  await plan(of);
  await world.vouch(of);
  await run(of);
  return of;
}

const kept = async (of: CaseFolder): Promise<readonly string[]> =>
  (await readdir(join(of.folder, 'log', 'timestamps'))).sort();

describe('time tokens over the years', () => {
  it('are due for renewal before their certificates end, and pass without a word after it', async () => {
    const of = await stamped();
    const bundle = await world.seal(of);
    const timeRoots = timeRootsOf(old, young);
    assert.deepEqual((await judge(bundle, { timeRoots, now: BEFORE_END() })).warned.at(-1), [
      'log.quorum',
      'the checkpoint of the log',
    ]);
    const late = await judge(bundle, { timeRoots, now: AFTER_END() });
    assert.equal(late.verdict, 'passed');
    assert.ok(
      late.warned.some(([id, part]) => id === 'time.expires' && part === 'data/log/timestamps/4.old.tsr'),
    );
    assert.match(late.detail('time.expires'), /ended on 2031-12-31T23:59:59Z and no renewal covers it/);

    const early = await renewTokens(of, { now: () => new Date('2030-06-01T00:00:00Z'), withinDays: 365 });
    assert.deepEqual(
      early.map(({ renewal }) => renewal),
      [undefined, undefined, undefined, undefined],
    );
    world.setClock('2031-11-01T00:00:00Z');
    const done = await renewTokens(of, { now: BEFORE_END, withinDays: 365, authority: 'young' });
    assert.deepEqual(
      done.flatMap(({ renewal }) => renewal ?? []).sort(),
      [`${of.size}.old.r1.tsr`, '4.old.r1.tsr'].sort(),
    );
    const renewed = await judge(await world.seal(of), { timeRoots, now: AFTER_END() });
    assert.equal(renewed.verdict, 'passed');
    assert.ok(!renewed.warned.some(([id, part]) => id === 'time.expires' && /\/4\.old/.test(part)));
    const [again] = await renewTokens(of, { now: BEFORE_END, withinDays: 365 });
    assert.deepEqual([again?.renewal, again?.ends], [undefined, '2099-12-31T23:59:59Z']);
  });

  it('are not renewed too late, by nobody, or by one that ends no later', async () => {
    const of = await stamped([old]);
    const [late] = await renewTokens(of, { now: AFTER_END, withinDays: 365 });
    assert.match(late?.missing ?? '', /ended on 2031-12-31T23:59:59Z: it is too late/);
    const [same] = await renewTokens(of, { now: BEFORE_END, withinDays: 365 });
    assert.match(same?.missing ?? '', /the certificates of old end no later/);
    await assert.rejects(
      renewTokens(of, { now: BEFORE_END, withinDays: 365, authority: 'nobody' }),
      (error) => error instanceof FiliationError && error.code === 'USAGE',
    );
  });

  it('fail where a renewal is of another file, or one in between is gone', async () => {
    const of = await stamped();
    world.setClock('2031-11-01T00:00:00Z');
    await renewTokens(of, { now: BEFORE_END, withinDays: 365, authority: 'young' });
    const folder = join(of.folder, 'log', 'timestamps');
    await rename(join(folder, '4.old.r1.tsr'), join(folder, '4.old.r2.tsr'));
    const gap = await judge(await world.seal(of));
    assert.deepEqual(gap.failed, [['time.renewal', 'data/log/timestamps/4.old.r2.tsr']]);
    assert.match(gap.detail('time.renewal'), /renews renewal 1, which is not here/);
    await writeFile(join(folder, '4.old.r1.tsr'), await readFile(join(folder, '4.young.tsr')));
    const other = await judge(await world.seal(of));
    assert.deepEqual(other.failed, [['time.renewal', 'data/log/timestamps/4.old.r1.tsr']]);
    assert.match(other.detail('time.renewal'), /stamps other bytes/);
    await rename(join(folder, '4.old.r2.tsr'), join(folder, '77.old.r1.tsr'));
    const stray = await judge(await world.seal(of));
    assert.ok(stray.failed.some(([, part]) => part === 'data/log/timestamps/77.old.r1.tsr'));
  });

  it('count still where the reader does not trust whoever renewed them', async () => {
    const of = await stamped();
    world.setClock('2031-11-01T00:00:00Z');
    await renewTokens(of, { now: BEFORE_END, withinDays: 365, authority: 'young' });
    const told = await judge(await world.seal(of), { timeRoots: timeRootsOf(old), now: AFTER_END() });
    assert.equal(told.verdict, 'passed');
    assert.ok(told.checks.some(({ id, status }) => id === 'time.renewal' && status === 'not-checked'));
    assert.ok(told.warned.some(([id, part]) => id === 'time.expires' && /4\.old\.tsr$/.test(part)));
  });
});

describe('revocation lists beside time tokens', () => {
  const publish = (at: string, revoked: Parameters<typeof issueRevocationList>[0]['revoked'] = []): void => {
    const moment = new Date(at);
    files.set('/root.crl', issueRevocationList({ issuer: old.root, at: moment }));
    files.set('/signer.crl', issueRevocationList({ issuer: old.intermediate, at: moment, revoked }));
  };

  it('are fetched with each token, kept once, and sealed; each serves the tokens before it', async () => {
    publish('2030-05-01T00:00:00Z');
    const of = await stamped([old]);
    assert.deepEqual(await kept(of), ['4.old.crl', '4.old.tsr']);
    await world.vouch(of);
    assert.deepEqual(await kept(of), ['4.old.crl', '4.old.tsr', '7.old.tsr']);
    const young = await judge(await world.seal(of));
    assert.match(young.detail('time.revocation'), /covers 3 of its 3 tokens/);
    publish('2030-06-01T00:00:00Z');
    const told = await judge(await world.seal(of));
    assert.equal(told.verdict, 'passed');
    assert.equal(told.detail('time.revocation'), '');
  });

  it('undo the tokens of an authority whose key was stolen', async () => {
    publish('2030-06-01T00:00:00Z', [[old.signer.serial, new Date('2030-05-01T00:00:00Z'), 1]]);
    const of = await stamped([old]);
    const told = await judge(await world.seal(of));
    const tokens = [4, of.size].map((size) => ['time.token', `data/log/timestamps/${size}.old.tsr`]);
    assert.deepEqual(told.failed, [...tokens, ['plan.fixed', 'plan P1 before run R1']]);
    assert.match(told.detail('time.token'), /revoked by its issuer .*key compromised/);
  });

  it('fail where they cannot be read', async () => {
    files.clear();
    const of = await stamped([old]);
    await writeFile(join(of.folder, 'log', 'timestamps', '4.old.crl'), 'no list\n');
    const told = await judge(await world.seal(of));
    assert.deepEqual(told.failed, [['time.revocation', 'data/log/timestamps/4.old.crl']]);
  });
});
