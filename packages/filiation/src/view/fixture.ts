import type { TestOutcome, WeightOpinion } from '@filiation/evidence';
import type { ComparisonReport, ModelSummary } from '@filiation/weights';
import { card, DERIVED_OUTCOMES, finding, orderFigure } from './fixture-findings.ts';

/** Test support: whole reports as the orchestrator makes them. */

/** A name as a hostile file might carry it: markup, quotes, terminal control, text direction, length. */
export const HOSTILE_NAME: string = `</title><script>alert(1)</script><img src=x onerror="alert('2')">\u001b[2J\u202egnp.live\u202c\`\${'a'}\`&amp;${'long'.repeat(40)}`;

export function model(name: string, changes: Partial<ModelSummary> = {}): ModelSummary {
  return {
    name,
    digest: `sha256:${'1f0c93a2d4e5b687'.repeat(4)}`,
    format: 'safetensors',
    family: 'llama',
    parameters: 1_261_056,
    layers: 4,
    hiddenSize: 128,
    heads: 4,
    mlpSize: 352,
    vocabularySize: 2048,
    dtypes: ['F16'],
    oddities: [],
    ...changes,
  };
}

export function report(
  outcomes: Readonly<Record<string, TestOutcome>>,
  opinion: Omit<WeightOpinion, 'propositions' | 'exhibits' | 'rule'>,
  names: { reference: string; subject: string },
): ComparisonReport {
  const findings = Object.entries(outcomes).map(([id, outcome]) => finding(id, outcome, names));
  return {
    schema: 'filiation.comparison/1',
    software: 'filiation 0.1.0',
    createdAt: '2026-11-23T14:48:11Z',
    reference: model(names.reference),
    subject: model(names.subject, {
      vocabularySize: 2049,
      dtypes: ['F16', 'F32'],
      digest: `sha256:${'c0ffee0123456789'.repeat(4)}`,
      oddities: ['model.safetensors has 128 unused bytes after the last tensor.'],
    }),
    controls: [model('base_B'), model('base_C'), model('S_plain')],
    candidates: [],
    opinion: {
      propositions: {
        h1: `The weights of ${names.subject} descend from those of ${names.reference}, or both from a common ancestor.`,
        h2: `The weights of ${names.subject} were initialised independently of those of ${names.reference}.`,
      },
      exhibits: findings[0]?.exhibits ?? [],
      rule: { alpha: 1e-6, correction: 'holm', families: 2 },
      ...opinion,
    },
    findings,
    cards: Object.keys(outcomes).map(card),
    parameters: {
      seed: 'filiation',
      unitsPerLayer: 512,
      tokens: 4096,
      permutations: 999,
      memoryBytes: 1024 ** 3,
    },
  };
}

export function derivedReport(
  names: { reference: string; subject: string } = { reference: 'base_A', subject: 'A_ft' },
): ComparisonReport {
  return report(
    DERIVED_OUTCOMES,
    {
      relation: 'derived',
      log10P: -3214.02,
      exactness: 'exact',
      mechanisms: [
        {
          name: 'fine-tune',
          detail: 'every tensor moved by 2 to 22 %, with a smooth full-rank spectrum',
          by: 'weights.delta',
        },
        {
          name: 'resized-vocabulary',
          detail: 'one token was added at the end',
          by: 'artefacts.architecture',
        },
      ],
      direction: 'reference-to-subject',
      directionReason: 'B has one token more than A, appended after A’s; removing it again would be unusual.',
      sentence: `${names.subject} shares its weights’ descent with ${names.reference}: all 1,408 neurons compared keep their place, in three families of tensors.`,
      strength:
        'Extremely strong support: if the models were independent, agreement like this would occur less than once in 10^3214 cases.',
      primary: [
        {
          test: 'weights.neuron-order',
          family: 'mlp',
          exactness: 'exact',
          log10P: -3214.718,
          log10PAdjusted: -3214.02,
          significant: true,
        },
        {
          test: 'weights.match',
          family: 'mlp',
          exactness: 'calibrated',
          log10P: -412.4,
          log10PAdjusted: -411.8,
          significant: true,
        },
        {
          test: 'weights.channel-order',
          family: 'embedding',
          exactness: 'exact',
          log10P: -215.6,
          log10PAdjusted: -215.1,
          significant: true,
        },
        {
          test: 'weights.phi-u',
          family: 'mlp',
          exactness: 'exact',
          log10P: -161.2,
          log10PAdjusted: -160.9,
          significant: true,
        },
        {
          test: 'weights.head-order',
          family: 'attention',
          exactness: 'exact',
          log10P: -5.52,
          log10PAdjusted: -5.52,
          significant: false,
        },
      ],
      alternatives: [
        {
          explanation: 'Both started from the same random initialisation or public checkpoint',
          ruledOut: false,
        },
        { explanation: 'Both descend from a third model', ruledOut: false },
        { explanation: 'An exporter sorted the units of both models', ruledOut: true, by: 'weights.match' },
        { explanation: 'Training on the same data', ruledOut: true, by: 'weights.neuron-order' },
      ],
    },
    names,
  );
}

/** The derived report with a card that names the parent and a declaration that names none. */
export function claimedReport(): ComparisonReport {
  return {
    ...derivedReport(),
    claims: {
      status: 'contradicted',
      note: 'descent from base_A was found',
      statements: [
        {
          ancestor: 'owner/base_A',
          source: 'model card',
          status: 'confirmed',
          note: 'weights and direction agree',
        },
        { source: 'declaration', status: 'contradicted', note: 'descent from base_A was found' },
      ],
    },
  };
}

export function noEvidenceReport(): ComparisonReport {
  const names = { reference: 'base_A', subject: 'base_B' };
  const outcome: TestOutcome = {
    status: 'tested',
    statistic: { name: 'units at home', value: 3, n: 1408 },
    log10P: -0.116,
    controls: [{ name: 'base_C', value: 4 }],
    figures: [orderFigure([0, 2, 1, 0], 352)],
    alternatives: [],
    parameters: { unitsPerLayer: 512 },
    summary: '3 of 1,408 units keep their place; about 4 are expected if the models are independent.',
  };
  return report(
    { 'weights.neuron-order': outcome },
    {
      relation: 'no-evidence',
      log10P: -0.116,
      exactness: 'exact',
      mechanisms: [],
      direction: 'undetermined',
      directionReason: 'There is no shared descent to give a direction to.',
      sentence: 'No evidence that base_B shares weights with base_A.',
      strength:
        'The agreement is what chance gives: independent models agree this closely in 77 of 100 cases.',
      primary: [
        {
          test: 'weights.neuron-order',
          family: 'mlp',
          exactness: 'exact',
          log10P: -0.116,
          log10PAdjusted: -0.116,
          significant: false,
        },
      ],
      alternatives: [
        { explanation: 'B learned from outputs of A: weights would not show it', ruledOut: false },
      ],
      detectable: 'A model that keeps 3.1 % or more of its units in place would have been found.',
    },
    names,
  );
}

export function notTestableReport(): ComparisonReport {
  const names = { reference: 'base_A', subject: 'other.gguf' };
  return report(
    {
      'weights.neuron-order': {
        status: 'not-testable',
        reason: 'The models have no MLP of equal width.',
        alternatives: [],
        parameters: {},
        summary: 'Not tested.',
      },
    },
    {
      relation: 'not-testable',
      mechanisms: [],
      direction: 'undetermined',
      directionReason: 'Nothing could be tested.',
      sentence: 'The two models cannot be compared by their weights.',
      strength: 'No strength can be given.',
      primary: [],
      alternatives: [],
      reason: 'The architectures share no tensor family.',
    },
    names,
  );
}

/** The derived report with hostile text in every field that a file or a party can fill. */
export function hostileReport(): ComparisonReport {
  const clean = derivedReport({ reference: HOSTILE_NAME, subject: `B${HOSTILE_NAME}` });
  return {
    ...clean,
    subject: { ...clean.subject, oddities: [HOSTILE_NAME], dtypes: [HOSTILE_NAME], family: HOSTILE_NAME },
    controls: [model(HOSTILE_NAME)],
    candidates: [model(HOSTILE_NAME)],
    claims: {
      status: 'claimed',
      note: HOSTILE_NAME,
      statements: [
        {
          ancestor: HOSTILE_NAME,
          relation: HOSTILE_NAME,
          source: HOSTILE_NAME,
          status: 'claimed',
          note: HOSTILE_NAME,
        },
      ],
    },
    findings: clean.findings.map((each) => ({
      ...each,
      summary: HOSTILE_NAME,
      parameters: { [HOSTILE_NAME]: HOSTILE_NAME },
    })),
  };
}
