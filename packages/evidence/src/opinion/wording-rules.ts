/** One kind of sentence that no report may hold. */
export interface WordingRule {
  readonly id: string;
  readonly pattern: RegExp;
  /** Saying that something is *not* so is allowed: "this is not the probability that…". */
  readonly unlessDenied?: true;
  readonly why: string;
  readonly instead: string;
}

/** A proposition about descent, after "that": what no p-value or likelihood ratio gives a probability of. */
const HYPOTHESIS =
  "(?:(?:(?!(?:if|when|under|given|supposing)\\b)[\\w.’'-]+\\s+){0,6}?(?:is|was|are|were|be|being|has\\s+been|have\\s+been|had\\s+been)\\s+(?:(?:not|really|in\\s+fact|indeed|an?|the|largely|entirely)\\s+){0,3}(?:cop(?:y|ied|ies)|cloned?|deriv\\w+|descend\\w+|related|unrelated|independent(?:ly)?|innocent|guilty|taken|stolen|distilled|coincidence|trained\\s+(?:on|from|independently)|initiali[sz]ed\\s+(?:from|independently)|(?:due\\s+to|by)\\s+(?:mere\\s+)?chance)|(?:(?!(?:if|when|under|given|supposing)\\b)[\\w.’'-]+\\s+){0,6}?(?:descends?|descended|derives?|comes?|came)\\s+from|(?:proposition|hypothesis)\\s+\\S+\\s+(?:is|holds|was))";
const CHANCE = '(?:probability|chances?|likelihood|odds)';
const PERCENT = '\\d+(?:[.,]\\d+)?\\s*(?:%|percent|per\\s+cent)';
const ONE_IN = '(?:1|one)\\s+in\\s+(?:a\\s+)?(?:\\d[\\d,.]*(?:\\s*\\^\\s*\\d+)?|million|billion|thousand)';

const TRANSPOSED = {
  why: 'it gives a probability of a proposition; findings give only how probable the results are under each',
  instead:
    'say how much more probable the results are if one proposition holds than if the other does, or how often such results would occur if proposition 2 held',
};
const CERTAIN = {
  why: 'no finding excludes everything else; the list of other explanations says what remains',
  instead: 'give the number, then name the explanations that are ruled out and those that are not',
};
const PERSONS = {
  why: 'it judges persons or law, which is for the tribunal',
  instead: 'speak of how the weights or outputs came about',
};

const rule = (pattern: string): RegExp => new RegExp(pattern, 'giu');

export const WORDING_RULES: readonly WordingRule[] = [
  {
    id: 'percent-sure',
    pattern: rule(`${PERCENT}\\s+(?:sure|certain|certainty|confident|convinced|likely|probable)\\b`),
    ...TRANSPOSED,
  },
  {
    id: 'percent-chance-that',
    pattern: rule(`${PERCENT}\\s+(?:${CHANCE}|confidence)\\s+(?:that|of)\\s+${HYPOTHESIS}`),
    ...TRANSPOSED,
  },
  {
    id: 'probability-of-proposition',
    pattern: rule(`\\b${CHANCE}\\s+(?:that|of)\\s+${HYPOTHESIS}`),
    unlessDenied: true,
    ...TRANSPOSED,
  },
  {
    id: 'chance-of-innocence',
    pattern: rule(
      `\\b${CHANCE}\\s+of\\s+(?:innocence|guilt|copying|descent|derivation|independence|(?:a\\s+)?coincidence|being\\s+(?:a\\s+)?\\w+)`,
    ),
    unlessDenied: true,
    ...TRANSPOSED,
  },
  {
    id: 'one-in-n-that',
    pattern: rule(
      `\\b${ONE_IN}\\s+(?:${CHANCE}\\s+)?(?:that|of)\\s+(?:${HYPOTHESIS}|innocence|guilt|coincidence)`,
    ),
    ...TRANSPOSED,
  },
  {
    id: 'times-more-likely-that',
    pattern: rule(
      '\\btimes\\s+(?:as|more)\\s+(?:likely|probable)\\s+(?:that|to\\s+(?:be|have\\s+been)|a\\s+copy|derived)',
    ),
    ...TRANSPOSED,
  },
  {
    id: 'probably-a-copy',
    pattern: rule(
      '\\b(?:probably|(?:most\\s+|very\\s+|highly\\s+|more\\s+)?likely|almost\\s+certainly|clearly|obviously|definitely|plainly)\\s+(?:is\\s+|was\\s+|been\\s+|not\\s+|a\\s+|an\\s+){0,3}(?:cop(?:y|ied)|clone\\w*|derived|derivative|stolen|taken|descend\\w*|independent|unrelated|distilled)\\b',
    ),
    ...TRANSPOSED,
  },
  {
    id: 'only-one-in-n-would-match',
    pattern: rule(`\\bonly\\s+${ONE_IN}\\s+(?:[\\w-]+\\s+){0,4}(?:would|could|can|will)\\s+match`),
    why: 'how rare a result is among unrelated models is not how probable a relation is',
    instead: 'say how often such results would occur if proposition 2 held, and stop there',
  },
  {
    id: 'so-it-is-derived',
    pattern: rule(
      '\\b(?:so|therefore|hence|thus|consequently)\\s+(?:it|they|this|B|the\\s+[\\w-]+)\\s+(?:is|are|was|were|must|has|have)\\s+(?:to\\s+be\\s+|be\\s+|been\\s+|have\\s+been\\s+|a\\s+|an\\s+){0,2}(?:cop\\w+|derived|descend\\w*|innocent|independent|unrelated|taken)',
    ),
    ...TRANSPOSED,
  },
  {
    id: 'match',
    pattern: rule(
      '\\b(?:a|an|no|the|is|perfect|exact|positive|complete|full|conclusive|confirmed|definite)\\s+match\\b(?!\\s+(?:test|rule|rate|count|score|between|of\\s+(?:units|rows|heads|channels)))',
    ),
    why: 'to call a result a match is to state a conclusion and to hide its strength',
    instead:
      'state what was compared, how closely it agrees, and how often unrelated models agree as closely',
  },
  {
    id: 'models-match',
    pattern: rule(
      '\\b(?:models?|networks?|subject|reference|weights|fingerprints?|they|it|[AB])\\s+(?:do(?:es)?\\s+)?match(?:es|ed)?\\b(?!\\s+(?:by|one-to-one|alike|in\\s+\\d|\\d))',
    ),
    why: 'it states a conclusion about the models and hides its strength',
    instead:
      'state what was compared, how closely it agrees, and how often unrelated models agree as closely',
  },
  {
    id: 'coincidence',
    pattern: rule(
      "\\b(?:cannot|can\\s+not|can[’']t|could\\s+not|couldn[’']t|is\\s+not|isn[’']t|no|hardly|impossible\\s+(?:to\\s+be|that\\s+(?:it|this)\\s+is))\\s+(?:have\\s+been\\s+|be\\s+|due\\s+to\\s+|explained\\s+by\\s+)?(?:a\\s+|an\\s+|by\\s+|mere\\s+|pure\\s+|simple\\s+)*(?:coincidence|coincidental|accident|accidental)\\b",
    ),
    ...CERTAIN,
  },
  {
    id: 'certainty',
    pattern: rule(
      '\\b(?:beyond\\s+(?:any|all|a|reasonable)\\s+(?:reasonable\\s+)?doubt|without\\s+(?:a|any)\\s+doubt|no\\s+doubt|undoubtedly|unquestionabl[ey]|irrefutabl[ey]|incontrovertibl[ey]|conclusive(?:ly)?|with\\s+(?:absolute\\s+|complete\\s+)?certainty|scientific\\s+certainty|smoking\\s+gun)\\b',
    ),
    ...CERTAIN,
  },
  {
    id: 'no-chance',
    pattern: rule(
      '\\b(?:no|zero)\\s+(?:chance|possibility|probability)\\s+(?:of|that)\\b|\\b(?:zero|0\\s*%)\\s+(?:false[- ]positive|error)\\s+rate\\b|\\bimpossible\\s+unless\\b',
    ),
    ...CERTAIN,
  },
  {
    id: 'proves',
    pattern: rule(
      '\\b(?:proves?|proved|proven|disproves?|disproved)\\b|\\bproof\\s+(?:that|of\\s+(?:copying|descent|derivation|guilt|innocence|independence|theft))',
    ),
    ...CERTAIN,
  },
  {
    id: 'no-evidence-of-copying',
    pattern: rule(
      '\\bno\\s+evidence\\s+(?:of|for|that)\\s+(?:any\\s+)?(?:cop\\w+|theft|wrong\\w*|it\\s+was|B\\s+was)',
    ),
    why: 'results that favour neither side are no evidence against copying either',
    instead: 'say what the tests could have detected, and that the results favour neither proposition',
  },
  {
    id: 'means-nothing',
    pattern: rule(
      '\\bwould\\s+also\\s+match\\b|\\b(?:it|this|that|they|which|result|finding|number)s?\\s+(?:therefore\\s+)?(?:means?|says?|shows?)\\s+nothing\\b|\\b(?:worthless|meaningless)\\b',
    ),
    why: 'that other models would show the same does not take the weight from a result; its ratio says how much it has',
    instead: 'give the likelihood ratio or how often unrelated models show the same',
  },
  {
    id: 'guilt',
    pattern: rule(
      '\\b(?:guilt|guilty|innocence|innocent|culprit\\w*|steal\\w*|stole|stolen|theft|thefts|thief|thieves|plagiari\\w+|pirat(?:e|ed|es|ing|acy)|misappropriat\\w+|infring\\w+|fraud\\w*|crimes?|criminals?(?!\\s+(?:procedure|practice))|wrongdo\\w+|liab(?:le|ility)|liars?|cheat(?:ed|s|er|ers|ing)?)\\b',
    ),
    ...PERSONS,
  },
  {
    id: 'exonerates',
    pattern: rule('\\b(?:exonerat\\w+|vindicat\\w+|absolv\\w+|acquit\\w*|incriminat\\w+)\\b'),
    ...PERSONS,
  },
];
