import type { WeightRelation } from '@filiation/evidence';

/** How a relation between two models speaks on a claim that one is the other's parent; undefined where
 *  they are related and only the direction remains to be looked at. */
export function relationAgainstParent(
  relation: WeightRelation | undefined,
): { readonly status: 'claimed' | 'contradicted'; readonly note: string } | undefined {
  if (relation === undefined || relation === 'not-testable')
    return { status: 'claimed', note: 'the pair could not be tested' };
  if (relation === 'no-evidence')
    return {
      status: 'contradicted',
      note: 'no evidence of shared weights between the two, as far as the tests can see',
    };
  if (relation === 'shared-initialisation')
    return { status: 'contradicted', note: 'only initial weights are shared, nothing learned' };
  return undefined;
}
