import type { JsonObject, ReportPlan, ReportScheduleRow } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { when } from '../html/format.ts';
import { jsonBlock } from '../html/json-block.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { chanceMarkup, cue, nameMarkup } from '../html/words.ts';
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
${plan.afterRun && html`<p class="note">${cue('open')}This amendment was logged after a run had begun: whoever made it could know results.</p>`}
<dl class="pairs">
<dt>Logged</dt><dd>${when(plan.at)}, by ${view.partyName(plan.by)} (entry ${plan.entry})</dd>
<dt>Document</dt><dd><span class="mono digest">${plan.digest}</span></dd>
${plan.reason !== undefined && html`<dt>Reason</dt><dd>${plan.reason}</dd>`}
<dt>Comparisons</dt><dd>${document.comparisons.map(
    (each) =>
      html`<div>${each.comparison}: ${nameMarkup(each.title, 100)} (${each.exhibits.map(({ role, exhibit }, at) => html`${at > 0 && ', '}${role} ${view.link(exhibit)}`)}); ${each.tests.length} tests</div>`,
  )}</dd>
<dt>Rule of the opinion</dt><dd>${RULE_WORDS[rule] ?? rule}</dd>
${ruleRows(view, document.opinion)}
<dt>Error budget</dt><dd>${document.errorBudget.alpha} over all comparisons together (${document.errorBudget.across === 'none' ? 'each decided by itself' : `shared by ${document.errorBudget.across === 'holm' ? 'Holm' : 'Bonferroni'}’s method`})</dd>
<dt>Stopping</dt><dd>${document.stopping}</dd>
<dt>Exclusions</dt><dd>${document.exclusions}</dd>
<dt>Seed</dt><dd>${document.seed.source === 'stated' ? html`stated: <span class="mono">${document.seed.value}</span>` : html`${document.seed.source}, ${document.seed.seed}`}</dd>
<dt>Software</dt><dd>${document.software}</dd>
${document.notes !== undefined && html`<dt>Notes</dt><dd>${document.notes}</dd>`}
</dl>
<details class="figure-data"><summary>The rule and the parameters, as logged</summary>${jsonBlock(document.opinion)}${document.comparisons.map((each) => html`<p class="note">${each.comparison}</p>${jsonBlock(each.parameters)}`)}</details>
</article>
`;
}

/** The rule's own choices: which tests decide, in which groups or with which weights, and the level. */
function ruleRows(view: CaseView, rule: JsonObject): Content {
  const tests = Array.isArray(rule.tests) ? rule.tests : rule.test === undefined ? [] : [{ test: rule.test }];
  const named = tests.flatMap((entry) =>
    entry !== null && typeof entry === 'object' && 'test' in entry && typeof entry.test === 'string'
      ? [{ ...entry, test: entry.test }]
      : [],
  );
  const detail = (entry: JsonObject): Content => {
    const { group, weight } = entry;
    if (typeof group === 'string') return html` (${group})`;
    return typeof weight === 'number' ? html` (weight ${weight})` : undefined;
  };
  const { groupsNeeded, log10Alpha } = rule;
  return html`${named.length > 0 && html`<dt>Tests that decide</dt><dd>${named.map((entry, at) => html`${at > 0 && '; '}${view.titleOf(entry.test)}${detail(entry)}`)}</dd>`}
${typeof groupsNeeded === 'number' && groupsNeeded > 1 && html`<dt>Must agree</dt><dd>significant tests in ${groupsNeeded} different parts of the evidence</dd>`}
${typeof log10Alpha === 'number' && html`<dt>Level</dt><dd>${chanceMarkup(log10Alpha)} (p-value)</dd>`}`;
}
