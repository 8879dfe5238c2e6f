/**
 * Wording that rules prescribe or describe, kept as data with the date from which it was in force. It is
 * printed beside blanks that a person completes; nothing here is legal advice, and each text must be
 * checked against its primary source before use.
 */
export interface LegalText {
  readonly title: string;
  readonly source: string;
  /** Date from which this wording was in force, ISO 8601. */
  readonly inForceFrom: string;
  readonly text: string;
}

/** Expert's statement of truth, England and Wales. Prescribed wording: never paraphrase it. */
export const STATEMENT_OF_TRUTH: LegalText = {
  title: 'Statement of truth',
  source: 'Civil Procedure Rules, Practice Direction 35, paragraph 3.3',
  inForceFrom: '2020-10-01',
  text: 'I confirm that I have made clear which facts and matters referred to in this report are within my own knowledge and which are not. Those that are within my own knowledge I confirm to be true. The opinions I have expressed represent my true and complete professional opinions on the matters to which they refer. I understand that proceedings for contempt of court may be brought against anyone who makes, or causes to be made, a false statement in a document verified by a statement of truth without an honest belief in its truth.',
};

/** One demand of a rule and the sections of the report that serve it. */
export interface RuleRow {
  readonly demand: string;
  /** Anchors of sections. */
  readonly sections: readonly SectionId[];
  readonly note: string;
}

export type SectionId =
  | 'summary'
  | 'question-in-full'
  | 'exhibits'
  | 'plan'
  | 'findings'
  | 'against'
  | 'opinion-in-full'
  | 'replies'
  | 'timeline'
  | 'disclosure'
  | 'check';

export const RULE_702: {
  readonly source: string;
  readonly inForceFrom: string;
  readonly rows: readonly RuleRow[];
} = {
  source: 'Federal Rules of Evidence, rule 702',
  inForceFrom: '2023-12-01',
  rows: [
    {
      demand: '(a) specialised knowledge that helps the trier of fact',
      sections: ['question-in-full', 'opinion-in-full'],
      note: 'The question, both propositions, and what the strength of the results does and does not say.',
    },
    {
      demand: '(b) sufficient facts or data',
      sections: ['exhibits', 'plan', 'disclosure'],
      note: 'What was received and whether it is unchanged; controls and numbers of cases; what was withheld.',
    },
    {
      demand: '(c) reliable principles and methods',
      sections: ['findings'],
      note: 'Null hypothesis, assumptions, error rates on cases of known parentage, blind spots, and source of each test.',
    },
    {
      demand: '(d) reliable application to the facts of the case',
      sections: ['plan', 'against', 'check'],
      note: 'Plan against what was run, all negative and failed results, and how to recompute every finding.',
    },
  ],
};

export const PRACTICE_DIRECTION_35: {
  readonly source: string;
  readonly inForceFrom: string;
  readonly rows: readonly RuleRow[];
} = {
  source: 'Civil Procedure Rules, Practice Direction 35, paragraph 3.2',
  inForceFrom: '2020-10-01',
  rows: [
    {
      demand: 'facts and instructions that are material',
      sections: ['question-in-full', 'exhibits'],
      note: 'Instructions are to be added by the expert.',
    },
    {
      demand: 'who carried out each examination or test',
      sections: ['plan', 'findings'],
      note: 'Runs with the party that made them; supervision is to be added by the expert.',
    },
    {
      demand: 'literature relied on',
      sections: ['findings'],
      note: 'The source stands in the record of each finding.',
    },
    {
      demand: 'range of opinion',
      sections: ['opinion-in-full', 'replies'],
      note: 'Other explanations, and what the other side disputes.',
    },
    { demand: 'summary of conclusions', sections: ['summary'], note: 'The first page.' },
    {
      demand: 'qualifications of any opinion',
      sections: ['opinion-in-full', 'against'],
      note: 'Marks, blind spots, negative and failed results.',
    },
  ],
};
