import type { Claim } from './claim.ts';
import { isFoundingNeutral } from './rules-case.ts';
import { firstReveal } from './seeds.ts';
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
  if (claim.name === 'disclosure') disclosureFaults(state, claim, exhibit, fault);
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
  state: CaseState,
  claim: Extract<Claim, { name: 'disclosure' }>,
  exhibit: ExhibitRecord,
  fault: Fault,
) {
  const { exhibit: number, action, commitment, parts, of, ground } = claim.predicate;
  if (!mayDisclose(state, claim.predicate.actor, exhibit))
    fault(
      'disclosure.right',
      `discloses ${number}, which the side of ${claim.predicate.actor} does not hold`,
    );
  if (parts > of) fault('disclosure.parts', `speaks of ${parts} parts of ${of}`);
  const commits = exhibit.disclosures.filter(
    (entry) => entry.claim.action === 'commit' && entry.claim.commitment === commitment,
  );
  const registered = exhibit.claim.commitment === commitment;
  if (action !== 'commit' && commits.length === 0 && !registered)
    fault('disclosure.commitment', `refers to a commitment that was never logged for ${number}`);
  if (action !== 'sketch' && commits.some((entry) => entry.claim.of !== of))
    fault('disclosure.parts', `counts ${of} parts, the commitment has another number of them`);
  if (action === 'withhold' && ground === undefined)
    fault('disclosure.ground', 'withholds parts without a ground');
  if (action === 'sketch')
    sketchFaults(state, claim, exhibit, registered ? exhibit.index : commits[0]?.index, fault);
}

/** The side that registered or holds an exhibit discloses it, or a neutral of the first entry. */
function mayDisclose(state: CaseState, actor: string, { claim, holder }: ExhibitRecord): boolean {
  const side = state.parties.get(actor)?.side;
  return (
    isFoundingNeutral(state, actor) ||
    [claim.custodian, holder].some((party) => state.parties.get(party)?.side === side)
  );
}

function sketchFaults(
  state: CaseState,
  claim: Extract<Claim, { name: 'disclosure' }>,
  exhibit: ExhibitRecord,
  committed: number | undefined,
  fault: Fault,
) {
  const { leak } = claim.predicate;
  if (leak === undefined) return fault('disclosure.leak', 'releases a sketch without its leak budget');
  const earlier = exhibit.disclosures.flatMap((entry) => entry.claim.leak ?? []);
  const before = earlier.reduce((sum, { released }) => sum + released, 0);
  if (leak.total !== before + leak.released)
    fault(
      'disclosure.leak',
      `counts ${leak.total} released unknowns, the log adds up to ${before + leak.released}`,
    );
  if (leak.total > leak.cap)
    fault('disclosure.leak', `releases ${leak.total} unknowns, more than the cap of ${leak.cap}`);
  if (earlier.some(({ seed }) => seed === leak.seed))
    fault('disclosure.leak', `releases a second sketch with seed ${leak.seed}`);
  if (state.seeds.get(leak.seed)?.value === undefined)
    fault('disclosure.seed', `is drawn with seed ${leak.seed}, which is not settled`);
  else if (committed !== undefined && committed > (firstReveal(state, leak.seed)?.index ?? 0))
    fault('disclosure.seed', `is drawn with seed ${leak.seed}, known before the model was committed to`);
}
