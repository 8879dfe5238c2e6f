import { type CaseState, type Check, checkDisclosures, checkDocuments } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { caseSource } from './case-source.ts';

/** What a verifier would find wrong with the documents of a case as its state now tells them, by text. */
export async function documentFaults(folder: string, state: CaseState): Promise<ReadonlyMap<string, Check>> {
  const faults = new Map<string, Check>();
  const source = await caseSource(folder);
  try {
    const input = {
      source,
      prefix: '',
      platform: nodePlatform,
      state,
      report: (check: Check) => {
        if (check.status === 'failed') faults.set(`${check.id} ${check.part} ${check.detail}`, check);
      },
    };
    await checkDocuments(input);
    await checkDisclosures(input);
  } finally {
    await source.close();
  }
  return faults;
}
