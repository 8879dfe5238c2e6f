import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { FiliationError, type PartyRecord } from '@filiation/verify';
import { Secret } from '../keys/secret.ts';
import { ACME, BOLT, NORA, signerOf, type TwoSides, twoSides } from '../test-support/two-sides.ts';
import { correctEntry, recordCustody, recordParty, revokeKey, rotateKey, setDeadline } from './acts.ts';
import { type CaseFolder, draft } from './case-folder.ts';
import { addExhibit } from './exhibits.ts';
import { commitSeed, revealSeed, settleSeed } from './seeds.ts';
import { signClaim } from './signing.ts';

const coded = (code: string, says: RegExp) => (error: unknown) =>
  error instanceof FiliationError && error.code === code && says.test(error.message);
const NEXT = signerOf('example.org/acme/2', 4);
const QUINN: PartyRecord = {
  id: 'quinn',
  name: 'Quinn',
  side: 'respondent',
  roles: ['observer'],
  key: signerOf('example.org/quinn', 5).vkey,
};
const HANDOVER = { exhibit: 'E1', to: 'nora', means: 'by hand', transferredAt: '2030-01-01T12:00:00Z' };

describe('the acts of a case', () => {
  let sides: TwoSides;
  let of: CaseFolder;
  before(async () => {
    sides = await twoSides();
    await writeFile(join(sides.folder, 'model.bin'), 'weights');
    await writeFile(join(sides.folder, 'other.bin'), 'others');
    of = await sides.open();
    await addExhibit(of, ACME, {
      path: join(sides.folder, 'model.bin'),
      kind: 'model',
      origin: 'made for a test',
      handedOverBy: 'acme',
      receivedAt: '2030-01-01T00:00:00Z',
    });
    await of.close();
  });
  after(() => sides.remove());
  beforeEach(async () => {
    of = await sides.open();
  });
  afterEach(() => of.close());

  it('record who holds an exhibit, and whether it arrived unchanged', async () => {
    const arrived = join(sides.folder, 'model.bin');
    const first = await recordCustody(of, ACME, { ...HANDOVER, from: 'acme', arrived });
    assert.equal(first.condition, 'unchanged');
    const back = { ...HANDOVER, from: 'nora', to: 'acme' };
    const second = await recordCustody(of, NORA, { ...back, arrived: join(sides.folder, 'other.bin') });
    assert.equal(second.condition, 'changed');
    const third = await recordCustody(of, ACME, { ...HANDOVER, from: 'acme', to: 'acme' });
    assert.equal(third.condition, 'not-checked');
    assert.equal(of.state.exhibits.get('E1')!.transfers.length, 3);
  });

  it('set, move and number deadlines', async () => {
    const due = { kind: 'report-by', due: '2030-02-01T00:00:00Z', source: 'order of 1 December' } as const;
    assert.equal(await setDeadline(of, ACME, due), 'D1');
    assert.equal(await setDeadline(of, ACME, { ...due, due: '2030-03-01T00:00:00Z', replaces: 'D1' }), 'D2');
  });

  it('correct an entry by pointing at its very bytes', async () => {
    await correctEntry(of, BOLT, 1, 'the name is wrong');
    assert.equal(of.state.corrections[0]!.claim.corrects, 1);
    await assert.rejects(correctEntry(of, BOLT, 999, 'x'), coded('NOT_FOUND', /no entry 999/));
  });

  it('let a party join, replace its key, and lose it', async () => {
    await recordParty(of, BOLT, QUINN);
    await rotateKey(of, ACME, NEXT.vkey, 'yearly');
    assert.equal(of.state.parties.get('acme')!.key, NEXT.vkey);
    const replaced = { party: 'acme', signer: NEXT };
    await correctEntry(of, replaced, 1, 'signed with the new key');
    assert.equal(await revokeKey(of, NORA, 'quinn', 'left the firm'), QUINN.key);
    assert.equal(of.state.parties.get('quinn')!.key, undefined);
    await assert.rejects(revokeKey(of, NORA, 'quinn', 'again'), coded('NOT_FOUND', /has no key/));
  });
});

type Act = readonly [act: string, says: RegExp, act: (of: CaseFolder) => Promise<unknown>];

const REFUSED: readonly Act[] = [
  [
    'custody from a hand that does not hold the exhibit',
    /acme holds it/,
    (of) => recordCustody(of, BOLT, { ...HANDOVER, from: 'bolt' }),
  ],
  [
    'an act of a party beyond its roles',
    /whose roles \(observer\) do not allow it/,
    async (of) => {
      await recordParty(of, BOLT, QUINN);
      const quinn = { party: 'quinn', signer: signerOf('example.org/quinn', 5) };
      await recordCustody(of, quinn, { ...HANDOVER, from: 'acme' });
    },
  ],
  [
    'a party of the other side changed',
    /stands on the other side/,
    (of) => recordParty(of, ACME, { ...of.state.parties.get('bolt')!, roles: ['observer'] }),
  ],
  [
    'a signature by a key that was replaced',
    /no party of the case has/,
    async (of) => {
      await rotateKey(of, ACME, NEXT.vkey, 'yearly');
      await correctEntry(of, ACME, 1, 'with the old key');
    },
  ],
  [
    'a signature by a key that was revoked',
    /no party of the case has/,
    async (of) => {
      await revokeKey(of, NORA, 'bolt', 'lost');
      await correctEntry(of, BOLT, 1, 'with the lost key');
    },
  ],
  ["the other side's key revoked", /only bolt or a neutral/, (of) => revokeKey(of, ACME, 'bolt', 'lost')],
  [
    'a key that another party has',
    /was registered before, by bolt/,
    (of) => rotateKey(of, ACME, BOLT.signer.vkey, 'yearly'),
  ],
  [
    'a number that is taken',
    /takes the number E1/,
    (of) => {
      const { claim, sha256 } = of.state.exhibits.get('E1')!;
      const { case: _case, actor: _actor, at: _at, seen: _seen, ...body } = claim;
      return of.add(ACME, [draft('exhibit', [{ name: 'again', digest: { sha256 } }], body)]);
    },
  ],
  [
    'a claim about an exhibit that is not there',
    /exhibit E7, which is not in the log/,
    (of) => {
      const subject = { name: 'E7', digest: { sha256: '00'.repeat(32) } };
      const body = { exhibit: 'E7', ancestors: [], completeness: 'none', basis: 'party' } as const;
      return of.add(ACME, [draft('declaration', [subject], body)]);
    },
  ],
  [
    'a history that the log never had',
    /another history/,
    async (of) => {
      const { case: id } = of.settings;
      const frame = { case: id, actor: 'bolt', at: new Date(0), size: 1, root: new Uint8Array(32) };
      const subject = { name: 'entry 0', digest: { sha256: '00'.repeat(32) } };
      const body = { corrects: 0, reason: 'signed elsewhere' };
      await of.addSigned([await signClaim(BOLT.signer, frame, 'correction', [subject], body)]);
    },
  ],
  [
    'a reveal of another value than was committed to',
    /not the one committed to/,
    async (of) => {
      const seed = await commitSeed(of, ACME, secret(1));
      await commitSeed(of, BOLT, secret(2), seed);
      await revealSeed(of, BOLT, seed, secret(3));
    },
  ],
  [
    'a result before both sides have revealed',
    /acme has not revealed/,
    async (of) => {
      const seed = await commitSeed(of, ACME, secret(1));
      await commitSeed(of, BOLT, secret(2), seed);
      await revealSeed(of, BOLT, seed, secret(2));
      await settleSeed(of, ACME, seed);
    },
  ],
];

describe('what the rules of the case forbid', () => {
  for (const [act, says, attempt] of REFUSED)
    it(`is refused before it is written: ${act}`, async () => {
      const sides = await twoSides();
      try {
        await writeFile(join(sides.folder, 'model.bin'), 'weights');
        const of = await sides.open();
        await addExhibit(of, ACME, {
          path: join(sides.folder, 'model.bin'),
          kind: 'model',
          origin: 'made for a test',
          handedOverBy: 'acme',
          receivedAt: '2030-01-01T00:00:00Z',
        });
        await assert.rejects(attempt(of), coded('CONFLICT', says));
        const { size } = of;
        await of.close();
        const again = await sides.open();
        assert.equal(again.size, size, 'nothing was written');
        await again.close();
      } finally {
        await sides.remove();
      }
    });
});

function secret(byte: number): Secret {
  return new Secret(new Uint8Array(32).fill(byte));
}
