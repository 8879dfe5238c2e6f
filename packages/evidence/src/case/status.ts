import type { CaseState, DeadlineRecord } from '@filiation/verify';

export interface DeadlineStatus {
  readonly deadline: DeadlineRecord;
  /**
   * `moved`: another deadline takes its place. `passed`: its moment is over and nothing in a log could have
   * met it, such as a hearing.
   */
  readonly state: 'open' | 'late' | 'met' | 'moved' | 'passed';
  /** What met it, or came too late: an entry of the party concerned. */
  readonly by?: string;
}

export interface CaseStatus {
  readonly case: string;
  readonly title: string;
  readonly entries: number;
  readonly deadlines: readonly DeadlineStatus[];
  readonly exhibits: readonly {
    readonly number: string;
    readonly name: string;
    readonly holder: string;
    readonly storage: string;
    readonly withheld?: string;
  }[];
  readonly plans: readonly {
    readonly number: string;
    readonly runs: readonly { readonly run: string; readonly exploratory: boolean }[];
    readonly amendedBy?: string;
  }[];
  readonly openRuns: readonly string[];
  /** Findings, opinions and reports that the other sides have not answered. */
  readonly unanswered: readonly string[];
  readonly counts: Readonly<
    Record<'findings' | 'opinions' | 'replies' | 'reports' | 'corrections' | 'seals', number>
  >;
}

/** Where the case stands at a moment: what is late, what is withheld, what waits for an answer. */
export function caseStatus(state: CaseState, now: Date): CaseStatus {
  const opening = state.opening!.claim;
  const answered = new Set([...state.replies.values()].map((reply) => reply.claim.to));
  return {
    case: opening.case,
    title: opening.title,
    entries: state.size,
    deadlines: state.deadlines.map(({ claim }) => deadlineStatus(state, claim, now)),
    exhibits: [...state.exhibits].map(([number, exhibit]) => {
      const withheld = exhibit.disclosures.findLast((entry) => entry.claim.action === 'withhold');
      return {
        number,
        name: exhibit.claim.name,
        holder: exhibit.holder,
        storage: exhibit.claim.storage,
        ...(withheld?.claim.ground === undefined ? {} : { withheld: withheld.claim.ground }),
      };
    }),
    plans: [...state.plans.keys()].map((number) => {
      const amendedBy = state.amendments.get(number);
      const runs = [...state.runs.values()]
        .filter((run) => run.start.claim.plan === number)
        .map(({ run, start }) => ({ run, exploratory: start.claim.exploratory }));
      return { number, runs, ...(amendedBy === undefined ? {} : { amendedBy }) };
    }),
    openRuns: [...state.runs.values()].filter((run) => run.end === undefined).map((run) => run.run),
    unanswered: [...state.findings.keys(), ...state.opinions.keys(), ...state.reports.keys()].filter(
      (number) => !answered.has(number),
    ),
    counts: {
      findings: state.findings.size,
      opinions: state.opinions.size,
      replies: state.replies.size,
      reports: state.reports.size,
      corrections: state.corrections.length,
      seals: state.seals.length,
    },
  };
}

function deadlineStatus(state: CaseState, deadline: DeadlineRecord, now: Date): DeadlineStatus {
  if (state.deadlines.some((entry) => entry.claim.replaces === deadline.number))
    return { deadline, state: 'moved' };
  const due = Date.parse(deadline.due);
  const entries = metBy(state, deadline);
  const by = entries.find((entry) => Date.parse(entry.at) <= due);
  if (by !== undefined) return { deadline, state: 'met', by: by.what };
  if (now.getTime() <= due) return { deadline, state: 'open' };
  if (deadline.kind === 'hearing' || deadline.kind === 'other') return { deadline, state: 'passed' };
  const [after] = entries;
  return { deadline, state: 'late', ...(after === undefined ? {} : { by: after.what }) };
}

/** Entries that meet a deadline of their kind, by the party it binds (any party where it names none). */
function metBy(state: CaseState, deadline: DeadlineRecord): { readonly what: string; readonly at: string }[] {
  const own = (actor: string): boolean => deadline.party === undefined || deadline.party === actor;
  const of = <T extends { readonly claim: { readonly actor: string; readonly at: string } }>(
    entries: Iterable<readonly [string, T]>,
  ) =>
    [...entries]
      .filter(([, entry]) => own(entry.claim.actor))
      .map(([what, entry]) => ({ what, at: entry.claim.at }));
  switch (deadline.kind) {
    case 'disclose-by':
      return of(
        [...state.exhibits].flatMap(
          ([number, exhibit]): [string, { claim: { actor: string; at: string } }][] => [
            [number, exhibit],
            ...exhibit.disclosures
              .filter((entry) => entry.claim.action === 'open')
              .map((entry): [string, typeof entry] => [`disclosure of ${number}`, entry]),
          ],
        ),
      );
    case 'preserve-by':
      return of(state.exhibits);
    case 'report-by':
      return of(state.reports);
    case 'questions-by':
    case 'reply-by':
    case 'joint-statement-by':
      return of(state.replies);
    default:
      return [];
  }
}
