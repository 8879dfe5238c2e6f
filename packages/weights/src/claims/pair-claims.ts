import type { WeightOpinion } from '@filiation/evidence';
import type { ClaimStatus } from '../tree-types.ts';
import { relationAgainstParent } from './relation-against-parent.ts';

/** What somebody states about a model's origin, before it is held against the data. */
export interface OriginStatement {
  /** The ancestor as it is called; absent where the statement is that there is none. */
  readonly ancestor?: string;
  /** How the model came from it, as stated. */
  readonly relation?: string;
  /** Hex tree digest of the ancestor, where stated. */
  readonly sha256?: string;
  /** Where it stands: `model card`, `LINEAGE.json`, `declaration`. */
  readonly source: string;
}

export interface JudgedStatement extends OriginStatement {
  readonly status: 'claimed' | 'confirmed' | 'contradicted';
  /** One clause: why. */
  readonly note: string;
}

/**
 * What is claimed of the subject, set against what the comparison found.
 *
 * - `confirmed`: the reference is claimed as an ancestor, and the weights bear it out;
 * - `contradicted`: a claim does not fit what was found;
 * - `claimed`: claimed, and not decided by this comparison;
 * - `silent`: descent was found, and no statement speaks of the reference.
 */
export interface PairClaims {
  readonly status: ClaimStatus;
  readonly note: string;
  readonly statements: readonly JudgedStatement[];
}

interface Named {
  readonly name: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
}

/**
 * Sets the subject's stated origin against the opinion on one pair. Claims never change an opinion.
 *
 * @returns undefined where nothing is claimed and nothing found
 */
export function pairClaims(
  statements: readonly OriginStatement[],
  reference: Named,
  subject: Named,
  opinion: Pick<WeightOpinion, 'relation' | 'direction'>,
): PairClaims | undefined {
  const judged = statements.map((statement): JudgedStatement => {
    if (statement.ancestor === undefined)
      return { ...statement, ...againstScratch(reference.name, subject.name, opinion) };
    const named = namesReference(statement, reference, subject);
    return named === 'yes'
      ? { ...statement, ...againstAncestor(statement, subject.name, opinion) }
      : { ...statement, status: 'claimed', note: named };
  });
  const about = (status: JudgedStatement['status']) => judged.find((each) => each.status === status);
  const decided = about('contradicted') ?? about('confirmed');
  if (decided !== undefined) return { status: decided.status, note: decided.note, statements: judged };
  const speaks = statements.some(
    (each) => each.ancestor === undefined || namesReference(each, reference, subject) === 'yes',
  );
  if (!speaks && descends(opinion))
    return {
      status: 'silent',
      note: `no statement names ${reference.name}, and the weights are related`,
      statements: judged,
    };
  const open = judged[0];
  return open === undefined ? undefined : { status: 'claimed', note: open.note, statements: judged };
}

/** Related weights, unless one-way evidence says that the subject is the earlier of the two. */
function descends({ relation, direction }: Pick<WeightOpinion, 'relation' | 'direction'>): boolean {
  return (relation === 'derived' || relation === 'identical') && direction !== 'subject-to-reference';
}

/** A digest decides; else the last part of the name does, unless it could mean the subject as well. */
function namesReference(
  { ancestor = '', sha256 }: OriginStatement,
  reference: Named,
  subject: Named,
): 'yes' | string {
  if (sha256 !== undefined)
    return reference.digest === `sha256:${sha256}`
      ? 'yes'
      : `the digest stated for ${ancestor} is not that of ${reference.name}`;
  const [stated, ofReference, ofSubject] = [ancestor, reference.name, subject.name].map(lastPart);
  return stated === ofReference && stated !== ofSubject
    ? 'yes'
    : `${ancestor} is not among the models compared`;
}

function lastPart(name: string): string {
  return name.replace(/\/+$/, '').split('/').pop() ?? '';
}

type Judgement = Pick<JudgedStatement, 'status' | 'note'>;

function againstAncestor(
  { relation }: OriginStatement,
  subject: string,
  opinion: Pick<WeightOpinion, 'relation' | 'direction'>,
): Judgement {
  // Who learns from another's outputs need not share a single weight with it.
  if (/distil/i.test(relation ?? ''))
    return { status: 'claimed', note: 'a claim about outputs, which weights do not decide' };
  const against = relationAgainstParent(opinion.relation);
  if (against !== undefined) return against;
  if (opinion.direction === 'subject-to-reference')
    return { status: 'contradicted', note: `one-way evidence says ${subject} came first` };
  const directed = opinion.direction === 'reference-to-subject';
  return {
    status: 'confirmed',
    note: directed ? 'weights and direction agree' : 'weights agree; their direction is not determined',
  };
}

function againstScratch(
  reference: string,
  subject: string,
  { relation, direction }: Pick<WeightOpinion, 'relation' | 'direction'>,
): Judgement {
  if (relation === 'not-testable') return { status: 'claimed', note: 'the pair could not be tested' };
  if (relation === 'no-evidence')
    return {
      status: 'claimed',
      note: `no descent from ${reference} was found; other models were not tested`,
    };
  if (relation === 'shared-initialisation')
    return { status: 'claimed', note: 'initial weights are shared, and nothing learned' };
  if (direction === 'subject-to-reference')
    return { status: 'claimed', note: `the weights are related, and ${subject} came first` };
  if (direction === 'reference-to-subject')
    return { status: 'contradicted', note: `descent from ${reference} was found` };
  return {
    status: 'contradicted',
    note: `the weights are related; the claim could hold only if ${subject} came first, which is not determined`,
  };
}
