import type { ReportPlan, ReportScheduleRow } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { when } from '../html/format.ts';
import { jsonBlock } from '../html/json-block.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { cue, nameMarkup } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { RULE_WORDS, SCHEDULE_WORDS } from './report-words.ts';

/** What was fixed before the run, what was then done, and every difference between the two. */
export function planContent(view: CaseView): Markup {
  const { plans, schedule, runs, seeds } = view.input;
  return html`<p>A test counts only if the plan that names it, with its parameters, was in the log before the run began. Anything else is exploratory: it is shown, and enters no opinion.</p>
${plans.length === 0 ? html`<p class="note">No plan was logged, so every finding is exploratory.</p>` : plans.map((plan, index) => planCard(view, plan, index))}
${
  schedule.length > 0 &&
  html`<h3>Planned, run, missing, exploratory</h3>
${dataTable(
  'Every planned test and every test that was run',
  ['test', 'version', 'plan', 'comparison', 'what happened', 'finding', 'run', 'note'],
  schedule.map((row) => [
    view.titleOf(row.test.id),
    row.test.version,
    row.plan === undefined ? null : view.link(row.plan),
    row.comparison ?? null,
    scheduleState(row),
    row.finding === undefined ? null : view.link(row.finding),
    row.run ?? null,
    row.note ?? null,
  ]),
)}`
}
${
  runs.length > 0 &&
  html`<h3>Runs</h3>${dataTable(
    'Runs',
    ['run', 'plan', 'by', 'software', 'began', 'ended'],
    runs.map((run) => [
      run.number,
      run.plan === undefined ? (run.exploratory ? 'none: exploratory' : null) : view.link(run.plan),
      view.partyName(run.by),
      run.software,
      when(run.startedAt),
      run.endedAt === undefined
        ? run.abandoned === undefined
          ? 'not ended'
          : `abandoned: ${run.abandoned}`
        : when(run.endedAt),
    ]),
  )}`
}
${
  seeds.length > 0 &&
  html`<h3>Seeds</h3>${dataTable(
    'Where the random draws come from',
    ['seed', 'how it was drawn', 'value', 'entry'],
    seeds.map((seed) => [
      seed.number,
      seed.how,
      seed.value === undefined ? null : html`<span class="mono digest">${seed.value}</span>`,
      String(seed.entry),
    ]),
  )}`
}`;
}

function scheduleState({ state }: ReportScheduleRow): Content {
  const kind = state === 'run' ? 'yes' : 'open';
  return html`${cue(kind)}${SCHEDULE_WORDS[state] ?? state}`;
}

function planCard(view: CaseView, plan: ReportPlan, index: number): Markup {
  const { document } = plan;
  const rule = typeof document.opinion.combine === 'string' ? document.opinion.combine : '';
  return html`<article class="sheet" id="${view.anchor('plan', index)}"><h3>${document.amends === undefined ? html`Plan ${plan.number}` : html`${plan.number}, amendment of ${view.link(document.amends)}`}</h3>
${plan.afterRun && html`<p class="note">${cue('open')}This amendment was logged after a run had begun: what it adds is exploratory.</p>`}
<dl class="pairs">
<dt>Logged</dt><dd>${when(plan.at)}, by ${view.partyName(plan.by)} (entry ${plan.entry})</dd>
<dt>Document</dt><dd><span class="mono digest">${plan.digest}</span></dd>
${plan.reason !== undefined && html`<dt>Reason</dt><dd>${plan.reason}</dd>`}
<dt>Comparisons</dt><dd>${document.comparisons.map(
    (each) =>
      html`<div>${each.comparison}: ${nameMarkup(each.title, 100)} (${each.exhibits.map(({ role, exhibit }, at) => html`${at > 0 && ', '}${role} ${view.link(exhibit)}`)}); ${each.tests.length} tests</div>`,
  )}</dd>
<dt>Rule of the opinion</dt><dd>${RULE_WORDS[rule] ?? rule}</dd>
<dt>Error budget</dt><dd>${document.errorBudget.alpha} over all comparisons together (${document.errorBudget.across === 'none' ? 'each decided by itself' : `shared by ${document.errorBudget.across === 'holm' ? 'Holm' : 'Bonferroni'}’s method`})</dd>
<dt>Stopping</dt><dd>${document.stopping}</dd>
<dt>Exclusions</dt><dd>${document.exclusions}</dd>
<dt>Seed</dt><dd>${document.seed.source === 'stated' ? html`stated: <span class="mono">${document.seed.value}</span>` : html`${document.seed.source}, ${document.seed.seed}`}</dd>
<dt>Software</dt><dd>${document.software}</dd>
${document.notes !== undefined && html`<dt>Notes</dt><dd>${document.notes}</dd>`}
</dl>
<details class="inner"><summary>The rule and the parameters, as logged</summary>${jsonBlock(document.opinion)}${document.comparisons.map((each) => html`<p class="note">${each.comparison}</p>${jsonBlock(each.parameters)}`)}</details>
</article>
`;
}
