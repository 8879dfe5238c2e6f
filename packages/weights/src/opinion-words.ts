import type { Finding, Mechanism, PrimaryResult, WeightRelation } from '@filiation/evidence';

export interface WordsInput {
  readonly reference: string;
  readonly subject: string;
  readonly relation: WeightRelation;
  readonly primary: readonly PrimaryResult[];
  readonly mechanisms: readonly Mechanism[];
  readonly findings: readonly Finding[];
}

export interface OpinionWords {
  readonly sentence: string;
  readonly strength: string;
  readonly detectable?: string;
  readonly reason?: string;
}

/** Families with at least one significant primary test, and all families that could be tested. */
export function agreeingFamilies(primary: readonly PrimaryResult[]): {
  readonly agree: readonly string[];
  readonly testable: readonly string[];
} {
  const unique = (rows: readonly PrimaryResult[]) => [...new Set(rows.map((entry) => entry.family))];
  return { agree: unique(primary.filter((entry) => entry.significant)), testable: unique(primary) };
}

/** The test an opinion is quoted by: the strongest exact one where it is significant, else the strongest. */
export function headlineOf(primary: readonly PrimaryResult[]): PrimaryResult | undefined {
  const ranked = [...primary].sort((a, b) => a.log10PAdjusted - b.log10PAdjusted);
  return ranked.find((entry) => entry.significant && entry.exactness === 'exact') ?? ranked[0];
}

/** The opinion in plain words. Speaks of weights and chances, never of persons or law. */
export function wordOpinion(input: WordsInput): OpinionWords {
  switch (input.relation) {
    case 'identical':
      return {
        sentence: `Every weight of ${input.subject} equals that of ${input.reference}${castOf(input)}: the two hold one model.`,
        strength: 'Complete: value by value, no statistics needed.',
      };
    case 'derived':
      return {
        sentence: `The weights of ${input.subject} and ${input.reference} share ${originOf(input)}${how(input)}.`,
        strength: strengthOf(input.primary),
      };
    case 'shared-initialisation':
      return {
        sentence: `${input.subject} and ${input.reference} share initial weights, but what each learned differs, as after two trainings from one start rather than after a continuation.`,
        strength: `${strengthOf(input.primary)} That the shared part is initial rather than learned is a calibrated reading.`,
      };
    case 'no-evidence':
      return noEvidence(input);
    case 'not-testable':
      return {
        sentence: `The weights of ${input.subject} and ${input.reference} could not be compared.`,
        strength: 'None: no primary test could be run.',
        reason: reasons(input.findings),
      };
  }
}

function castOf({ findings }: WordsInput): string {
  const cast = findings.find((finding) => finding.test.id === 'weights.identity')?.facts
    ?.castIdenticalTensors;
  return typeof cast === 'number' && cast > 0 ? ' once rounded to the coarser number format' : '';
}

/** A shared start explains agreement as well as shared training does, unless the case tells them apart. */
function originOf({ findings }: WordsInput): string {
  const learned = findings.find((finding) => finding.test.id === 'weights.learned-structure');
  return learned?.facts?.verdict === 'learned'
    ? 'a trained origin'
    : 'an origin, be it trained weights or only the same initial ones';
}

function how(input: WordsInput): string {
  const names = [...new Set(input.mechanisms.map((mechanism) => mechanism.name))];
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

function strengthOf(primary: readonly PrimaryResult[]): string {
  const significant = primary.filter((entry) => entry.significant);
  const best = headlineOf(significant);
  if (best === undefined) return 'No primary test is significant.';
  const agree = `${significant.length} of ${primary.length} primary tests agree.`;
  const chance = `agreement this close would have a chance below ${oneIn(best.log10PAdjusted)}`;
  return best.exactness === 'exact'
    ? `Had the two been initialised independently, ${chance} (${best.test}, valid by construction); ${agree}`
    : `Under the null law of ${best.test}, ${chance}; that law was measured on independent models, but no measurement reaches so far out: read the number as far beyond anything they showed. ${agree}`;
}

/** `1 in 10^705`; plain numbers down to one in a million. */
function oneIn(log10P: number): string {
  const power = Math.floor(-log10P);
  return power >= 6 ? `1 in 10^${power}` : `1 in ${Math.floor(10 ** -log10P)}`;
}

function noEvidence(input: WordsInput): OpinionWords {
  const { agree, testable } = agreeingFamilies(input.primary);
  const limited = input.findings.find((finding) => finding.detectable !== undefined);
  const limit = limited?.detectable;
  const detectable =
    limit === undefined
      ? {}
      : {
          detectable: `A ${limit.name} of ${limit.value.toFixed(2)} or more would have been seen by ${limited!.test.id} (${limit.level}). Descent that left less than that, in all families of tensors but one, is not excluded.`,
        };
  if (agree.length > 0)
    return {
      sentence: `Only the ${agree.join(' and ')} weights of ${input.subject} agree with those of ${input.reference} beyond chance; the rule asks for two families of tensors, so this is no evidence of descent as a whole. Parts may be shared: see the findings.`,
      strength: strengthOf(input.primary),
      ...detectable,
    };
  return {
    sentence: `No evidence of shared weights between ${input.subject} and ${input.reference}.`,
    strength: `None of ${input.primary.length} primary tests (${testable.join(', ')}) is significant at log10 p <= -6 after Holm's correction.`,
    ...detectable,
  };
}

function reasons(findings: readonly Finding[]): string {
  const texts = findings.flatMap((finding) =>
    finding.status === 'tested' || finding.reason === undefined
      ? []
      : [`${finding.test.id}: ${finding.reason}`],
  );
  return texts.length > 0 ? texts.join(' ') : 'no primary test was asked for';
}
