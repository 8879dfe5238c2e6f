import type { VerificationReport } from '../check.ts';
import type { FiliationError } from '../error.ts';

/** What is told of a bundle that cannot even be opened as one: its bytes are at fault, so it fails. */
export function unreadableReport(bundle: string, error: FiliationError): VerificationReport {
  return {
    schema: 'filiation.verification/1',
    bundle,
    verdict: 'failed',
    checks: [{ id: 'bundle.readable', status: 'failed', part: error.where ?? bundle, detail: error.message }],
    passed: {},
    facts: { entries: 0, vouchers: [] },
  };
}

/** Whether an error is about the bytes of the bundle, and not about finding or reading them. */
export function isOfTheBytes({ code }: FiliationError): boolean {
  return ['MALFORMED', 'TRUNCATED', 'UNSAFE', 'UNSUPPORTED', 'LIMIT_EXCEEDED'].includes(code);
}
