import type { Claim } from './claim.ts';
import type { CaseState, ExhibitRecord } from './state.ts';

type Fault = (id: string, detail: string) => void;

/** Exhibits, custody, declarations, disclosure. */
export function exhibitFaults(state: CaseState, claim: Claim, fault: Fault): void {
  if (claim.name === 'exhibit') intakeFaults(state, claim, fault);
  if (claim.name !== 'custody' && claim.name !== 'declaration' && claim.name !== 'disclosure') return;
  const exhibit = state.exhibits.get(claim.predicate.exhibit);
  if (exhibit === undefined) {
    fault('entry.reference', `speaks of exhibit ${claim.predicate.exhibit}, which is not in the log`);
    return;
  }
  if (claim.name === 'custody') custodyFaults(claim, exhibit, fault);
  if (claim.name === 'disclosure') disclosureFaults(claim, exhibit, fault);
  if (claim.name === 'declaration' && claim.subject[0]!.digest.sha256 !== exhibit.sha256)
    fault('exhibit.digest', `declares ancestors of a digest that is not exhibit ${claim.predicate.exhibit}`);
}

function intakeFaults(state: CaseState, claim: Extract<Claim, { name: 'exhibit' }>, fault: Fault) {
  const expected = `E${state.exhibits.size + 1}`;
  if (claim.predicate.exhibit !== expected)
    fault('entry.number', `takes the number ${claim.predicate.exhibit}, the next is ${expected}`);
  if (!state.parties.has(claim.predicate.custodian))
    fault('entry.reference', `names ${claim.predicate.custodian} as custodian, who is no party`);
  if (claim.predicate.storage === 'committed' && claim.predicate.commitment === undefined)
    fault('exhibit.commitment', 'is held back without a commitment');
}

function custodyFaults(claim: Extract<Claim, { name: 'custody' }>, exhibit: ExhibitRecord, fault: Fault) {
  if (claim.predicate.from !== exhibit.holder)
    fault(
      'custody.chain',
      `hands ${claim.predicate.exhibit} over from ${claim.predicate.from}, but ${exhibit.holder} holds it`,
    );
  if (claim.subject[0]!.digest.sha256 !== exhibit.sha256 && claim.predicate.condition === 'unchanged')
    fault('exhibit.digest', `calls ${claim.predicate.exhibit} unchanged under another digest`);
}

function disclosureFaults(
  claim: Extract<Claim, { name: 'disclosure' }>,
  exhibit: ExhibitRecord,
  fault: Fault,
) {
  const { action, commitment, parts, of, leak, ground } = claim.predicate;
  const earlier = exhibit.disclosures.map((entry) => entry.claim);
  if (parts > of) fault('disclosure.parts', `speaks of ${parts} parts of ${of}`);
  const commits = earlier.filter((entry) => entry.action === 'commit').map((entry) => entry.commitment);
  if (exhibit.claim.commitment !== undefined) commits.push(exhibit.claim.commitment);
  if (action !== 'commit' && !commits.includes(commitment))
    fault(
      'disclosure.commitment',
      `refers to a commitment that was never logged for ${claim.predicate.exhibit}`,
    );
  if (action === 'withhold' && ground === undefined)
    fault('disclosure.ground', 'withholds parts without a ground');
  if (action !== 'sketch') return;
  if (leak === undefined) return fault('disclosure.leak', 'releases a sketch without its leak budget');
  const before = earlier.reduce((sum, entry) => sum + (entry.leak?.released ?? 0), 0);
  if (leak.total !== before + leak.released)
    fault(
      'disclosure.leak',
      `counts ${leak.total} released unknowns, the log adds up to ${before + leak.released}`,
    );
  if (leak.total > leak.cap)
    fault('disclosure.leak', `releases ${leak.total} unknowns, more than the cap of ${leak.cap}`);
}
