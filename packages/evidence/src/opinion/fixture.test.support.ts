import type { Finding, TestOutcome } from '../finding.ts';
import type { NumberedFinding } from './sorting.ts';

/** Test support: findings of one pair. */
export function finding(id: string, changes: Partial<Finding & TestOutcome> = {}): Finding {
  return {
    test: { id, version: '1' },
    question: 'weights',
    exhibits: [
      { role: 'reference', name: 'A', digest: `sha256:${'a'.repeat(64)}` },
      { role: 'subject', name: 'B', digest: `sha256:${'b'.repeat(64)}` },
    ],
    status: 'tested',
    exactness: 'exact',
    alternatives: [],
    parameters: {},
    summary: `${id} was run`,
    seed: 's',
    exploratory: false,
    software: 'filiation 0.1.0',
    startedAt: '2026-01-01T00:00:00Z',
    durationMs: 1,
    ...changes,
  };
}

/** `F1`, `F2`… in the order given. */
export function numbered(findings: readonly Finding[]): NumberedFinding[] {
  return findings.map((each, at) => ({
    number: `F${at + 1}`,
    digest: `sha256:${String(at + 1)
      .repeat(64)
      .slice(0, 64)}`,
    finding: each,
  }));
}

export const withLR = (id: string, value: number, calibration = 'zoo'): Finding =>
  finding(id, {
    exactness: 'calibrated',
    log10LR: { value, low: value - 0.5, high: value + 0.5, calibration },
  });
