import { html, type Markup } from '../html/markup.ts';
import { EXACTNESS_MEANING } from '../html/words.ts';

const TERMS: readonly (readonly [term: string, meaning: string])[] = [
  [
    'Alternative explanation',
    'Something else that could give the same result. Ruled out only where a finding of this case does so.',
  ],
  ['Calibrated', `${capital(EXACTNESS_MEANING.calibrated)}.`],
  [
    'Checkpoint',
    'A signed statement of the log’s length and of a digest of all its entries. Two logs with the same checkpoint hold the same entries in the same order.',
  ],
  ['Control', 'A model known not to be related, put through the same test, so that a reader sees the gap.'],
  ['Descriptive', `${capital(EXACTNESS_MEANING.descriptive)}.`],
  [
    'Digest',
    'A short number computed from a file (here SHA-256). Any change of the file gives another digest.',
  ],
  ['Exact', `${capital(EXACTNESS_MEANING.exact)}.`],
  ['Exhibit', 'An input of the case, known by its digest and by who handed it over.'],
  ['Exploratory', 'Not in a plan that was logged before the run. Shown, and kept out of every opinion.'],
  [
    'e-value',
    'A measure of evidence whose mean is at most 1 if proposition 2 holds. E-values may be averaged however the tests depend on each other.',
  ],
  [
    'Family',
    'Models that share an ancestor. Pairs from one family repeat each other, so error rates count families.',
  ],
  [
    'Holm’s correction',
    'Several tests give chance several tries. The correction raises each p-value so that all of them together keep the stated level.',
  ],
  [
    'Likelihood ratio',
    'How many times more probable the results are if proposition 1 holds than if proposition 2 holds. Below 1 it favours proposition 2. It does not say how probable a proposition was before.',
  ],
  ['Not testable', 'The conditions of a test were not met. It counts neither for nor against.'],
  [
    'Null hypothesis',
    'What a test supposes in order to calculate how often its result would occur. Usually proposition 2 in the terms of the test.',
  ],
  ['Plan', 'The tests, parameters, controls, level and rule, logged before the run.'],
  ['Proposition', 'One side’s account of how the model came about. An opinion always compares two.'],
  [
    'p-value',
    'How often results at least this extreme would occur if the null hypothesis held. It is not the probability of the null hypothesis, and a large one does not show that the hypothesis holds.',
  ],
  [
    'Time stamp',
    'A statement by an outside authority that a checkpoint existed at a stated time (RFC 3161).',
  ],
  ['Witness', 'Somebody other than the keeper of the log who signed that it only ever grew.'],
];

/** The terms a judge, a juror or an engineer may take for something else. */
export function glossaryContent(): Markup {
  return html`<dl class="pairs glossary">${TERMS.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
