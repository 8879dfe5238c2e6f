import type { CaseFolder, CaseReportInput, DeclarationAssessment } from '@filiation/evidence';
import type { Check } from '@filiation/verify';
import type { JudgedStatement, OriginStatement } from '@filiation/weights';

/** Exhibits with their custody, and whether their bytes are unchanged at this moment. */
export function exhibitsOf({ state }: CaseFolder, checks: readonly Check[]): CaseReportInput['exhibits'] {
  return [...state.exhibits].map(([number, { claim, sha256, index, transfers }]) => {
    const check = checks.find((each) => each.part.startsWith(`exhibit ${number} `));
    const found = { passed: 'unchanged', failed: 'changed' } as const;
    const known =
      check?.status === 'passed' || check?.status === 'failed' ? found[check.status] : 'not-checked';
    return {
      number,
      kind: claim.kind,
      name: claim.name,
      digest: `sha256:${sha256}`,
      size: claim.size,
      files: claim.files,
      origin: claim.origin,
      custodian: claim.custodian,
      handedOverBy: claim.handedOverBy,
      receivedAt: claim.receivedAt,
      entry: index,
      storage: claim.storage,
      ...(claim.location === undefined ? {} : { location: claim.location }),
      ...(claim.commitment === undefined ? {} : { commitment: claim.commitment }),
      ...(claim.notes === undefined ? {} : { notes: claim.notes }),
      state: known,
      ...(check === undefined || check.detail === '' ? {} : { stateReason: check.detail }),
      custody: transfers.map((transfer) => ({
        entry: transfer.index,
        from: transfer.claim.from,
        to: transfer.claim.to,
        transferredAt: transfer.claim.transferredAt,
        means: transfer.claim.means,
        condition: transfer.claim.condition,
        ...(transfer.claim.notes === undefined ? {} : { notes: transfer.claim.notes }),
      })),
    };
  });
}

/** Holds statements on an exhibit's origin against the findings of every comparison it is the subject of. */
export type JudgeStatements = (
  subject: string,
  statements: readonly OriginStatement[],
) => readonly (readonly JudgedStatement[])[];

/** What parties say of ancestors, beside what the findings say of the same exhibits. */
export function declarationsOf(
  { state }: CaseFolder,
  judge: JudgeStatements,
): CaseReportInput['declarations'] {
  return [...state.exhibits].flatMap(([exhibit, record]) =>
    record.declarations.map(({ index, claim }) => {
      const none = claim.completeness === 'none';
      const statements: OriginStatement[] = none
        ? [{ source: claim.basis }]
        : claim.ancestors.map(({ name, relation, sha256 }) => ({
            ancestor: name,
            relation,
            source: claim.basis,
            ...(sha256 === undefined ? {} : { sha256 }),
          }));
      const judged = judge(exhibit, statements);
      const assessment = (at: number): { assessment?: DeclarationAssessment } => {
        const found = decided(judged.flatMap((row) => row[at] ?? []));
        return found === undefined ? {} : { assessment: { status: found.status, note: found.note } };
      };
      return {
        entry: index,
        by: claim.actor,
        exhibit,
        basis: claim.basis,
        completeness: claim.completeness,
        ...(none ? assessment(0) : {}),
        ancestors: claim.ancestors.map((ancestor, at) => {
          const known = [...state.exhibits].find(
            ([, other]) => other.sha256 === ancestor.sha256 || other.claim.name === ancestor.name,
          );
          return {
            name: ancestor.name,
            relation: ancestor.relation,
            ...(known === undefined ? {} : { exhibit: known[0] }),
            ...assessment(at),
          };
        }),
      };
    }),
  );
}

/** What contradicts weighs more than what confirms, and both more than what decides nothing. */
function decided(judged: readonly JudgedStatement[]): JudgedStatement | undefined {
  const first = (status: JudgedStatement['status']) => judged.find((each) => each.status === status);
  return first('contradicted') ?? first('confirmed') ?? judged[0];
}

/** Seeds and how they came about, in words. */
export function seedsOf({ state }: CaseFolder): CaseReportInput['seeds'] {
  return [...state.seeds].map(([number, { steps, value }]) => {
    const beacon = steps.find((step) => step.claim.step === 'beacon-choice')?.claim.beacon;
    const committed = steps.filter((step) => step.claim.step === 'commit').map((step) => step.claim.actor);
    const revealed = steps.filter((step) => step.claim.step === 'reveal').map((step) => step.claim.actor);
    const joint = committed.length > 0;
    return {
      number,
      source: joint ? ('joint' as const) : ('beacon' as const),
      how: [
        ...(joint
          ? [`${committed.join(' and ')} committed`, `${revealed.join(' and ') || 'nobody yet'} revealed`]
          : []),
        ...(beacon === undefined ? [] : [`round ${beacon.round} of ${beacon.name}`]),
      ].join('; '),
      ...(value === undefined ? {} : { value }),
      entry: steps[0]!.index,
    };
  });
}

export function withheldOf({ state }: CaseFolder): CaseReportInput['withheld'] {
  return [...state.exhibits].flatMap(([exhibit, record]) =>
    record.disclosures
      .filter(({ claim }) => claim.action === 'withhold')
      .map(({ index, claim }) => ({
        exhibit,
        ground: claim.ground ?? '',
        parts: claim.parts,
        of: claim.of,
        commitment: claim.commitment,
        entry: index,
      })),
  );
}
