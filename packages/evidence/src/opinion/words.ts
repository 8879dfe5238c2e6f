import type { OpinionOutcome, OpinionReading, Strength } from './case-opinion.ts';
import { chanceWords, ratioWords } from './scale.ts';

export interface WordsInput {
  readonly propositions: { readonly h1: string; readonly h2: string };
  readonly strength: Strength;
  readonly outcome: OpinionOutcome;
  readonly reading: OpinionReading | undefined;
}

/** The opinion's sentence and what its number is not. Always about the results given a proposition, never
 *  about a proposition given the results. */
export function opinionWords(input: WordsInput): { sentence: string; caution: string } {
  const { strength } = input;
  switch (strength.measure) {
    case 'p':
    case 'e':
      return { sentence: improbable(input, strength), caution: P_CAUTION };
    case 'lr':
      return { sentence: ratio(input, strength), caution: LR_CAUTION };
    case 'none':
      return {
        sentence: `The rule of the plan could not be applied: ${strength.reason}.`,
        caution: 'Nothing follows from this, in either direction.',
      };
  }
}

const P_CAUTION =
  'This says how often such results would occur if proposition 2 held. It does not state how probable either proposition is: that depends on everything else in the case, which is for the tribunal.';
const LR_CAUTION =
  'This does not state how probable either proposition is: that depends on everything else in the case, which is for the tribunal.';

function improbable(
  { propositions, outcome, reading }: WordsInput,
  strength: Extract<Strength, { measure: 'p' | 'e' }>,
): string {
  const often = `results at least this extreme would occur ${chanceWords(strength.log10P)}`;
  const level = `the level fixed in the plan (${chanceWords(strength.log10Alpha)})`;
  const h2 = `If proposition 2 held${aside(propositions.h2)}, ${often}`;
  if (outcome === 'undecided')
    return `The results do not speak against proposition 2 at ${level}. ${h2}. This is not support for proposition 2: it depends on what the tests could have shown.`;
  const far =
    strength.measure === 'p' && strength.exactness === 'calibrated'
      ? ' The law behind that number was measured on cases of known parentage, none of which reaches so far out: read it as far beyond anything they showed.'
      : '';
  if (outcome === 'third-explanation')
    return `${h2}.${far} But something that is neither proposition accounts for them: ${clause(reading?.third?.explanation ?? '')}. The results therefore do not support proposition 1 over that explanation.`;
  return `${h2}.${far}`;
}

function ratio(
  { propositions, outcome }: WordsInput,
  strength: Extract<Strength, { measure: 'lr' }>,
): string {
  const { h1, h2 } = propositions;
  if (outcome === 'neutral')
    return `The results are about as probable if proposition 1 holds${aside(h1)} as if proposition 2 holds${aside(h2)}: ${strength.word}.`;
  const [more, less] =
    outcome === 'favours-h2'
      ? [`proposition 2 holds${aside(h2)}`, `proposition 1 holds${aside(h1)}`]
      : [`proposition 1 holds${aside(h1)}`, `proposition 2 holds${aside(h2)}`];
  const most = strength.capped ? ', which is the most that the calibration set can carry' : '';
  const word = `${strength.word.charAt(0).toUpperCase()}${strength.word.slice(1)}`;
  return `The results are ${ratioWords(Math.abs(strength.log10LR))} times more probable if ${more} than if ${less}${most}. ${word} for proposition ${outcome === 'favours-h2' ? 2 : 1} relative to proposition ${outcome === 'favours-h2' ? 1 : 2}.`;
}

/** Longer propositions stand beside the sentence, not in it. */
const MAX_CLAUSE = 400;

function aside(proposition: string): string {
  const text = clause(proposition);
  return text.length > MAX_CLAUSE ? '' : ` (${text})`;
}

/** A proposition as part of a sentence: no full stop, and a capital only where a name begins it. */
function clause(text: string): string {
  return text
    .trim()
    .replace(/\.$/, '')
    .replace(/^(The|Both|It|These|This|Every)\b/, (word) => word.toLowerCase());
}
