import type { ComparisonReport } from '@filiation/weights';
import { jsonBlock } from './json-block.ts';
import { html, type Markup } from './markup.ts';
import { EXACTNESS_MEANING } from './words.ts';

/** How to read the page: the terms a juror, a judge or an engineer may take for something else. */
export function readingSection(): Markup {
  return html`<section id="reading" aria-labelledby="reading-title"><h2 id="reading-title">How to read this page</h2>
<dl class="pairs">
<dt>Chance if independent</dt><dd>The p-value: how often two models that were initialised independently would agree at least this closely. It is not the probability that the models are unrelated, and a large value does not show that they are.</dd>
<dt>Exact</dt><dd>${sentence(EXACTNESS_MEANING.exact)}</dd>
<dt>Calibrated</dt><dd>${sentence(EXACTNESS_MEANING.calibrated)}</dd>
<dt>Descriptive</dt><dd>${sentence(EXACTNESS_MEANING.descriptive)}</dd>
<dt>Correction</dt><dd>Several tests give chance several tries. Holm’s method raises each chance so that all of them together keep the stated level.</dd>
<dt>Controls</dt><dd>Models known not to be related, put through the same test, so that the gap can be seen.</dd>
<dt>Direction</dt><dd>Shared weights alone do not say which model came first. Only one-way changes (lost precision, zeros, added tokens) do.</dd>
<dt>Not testable</dt><dd>The test’s conditions were not met. It counts neither for nor against.</dd>
</dl></section>
`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** What made the page and how to make it again. */
export function recordSection(report: ComparisonReport, command: string | undefined): Markup {
  return html`<section id="record" aria-labelledby="record-title"><h2 id="record-title">Record and re-run</h2>
<p>The same models, parameters and seed give the same numbers. To run it again:</p>
<pre>${command ?? rerunCommand(report)}</pre>
<details class="inner"><summary>Parameters of the comparison</summary>${jsonBlock(report.parameters)}</details>
</section>
`;
}

/** The command in terms of the models' names; whoever re-runs it puts the paths in their place. */
function rerunCommand({ reference, subject, controls, parameters }: ComparisonReport): string {
  const { seed } = parameters;
  return [
    'filiation compare',
    shellWord(reference.name),
    shellWord(subject.name),
    ...(controls.length > 0 ? ['--controls', ...controls.map((model) => shellWord(model.name))] : []),
    ...(typeof seed === 'string' ? ['--seed', shellWord(seed)] : []),
  ].join(' ');
}

/** Quotes a word for a POSIX shell: a model's name must not become a command when it is pasted. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) && !text.startsWith('-')
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}
