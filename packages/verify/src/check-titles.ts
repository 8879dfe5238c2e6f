/** The parts of a verification, in the order in which a reader is told of them. */
export const CHECK_GROUPS = {
  bundle: 'The bundle and its files',
  seal: 'The seal',
  log: 'The log',
  trust: 'Whom to trust, and outside times',
  entry: 'Each entry of the log',
  case: 'Parties, keys, deadlines, seeds',
  exhibit: 'Exhibits and what is withheld',
  run: 'Plans, runs, findings, opinions',
  document: 'Documents and replies',
} as const;

export type CheckGroup = keyof typeof CHECK_GROUPS;

export interface CheckTitle {
  readonly group: CheckGroup;
  /** What holds where the check passes, as a sentence without its full stop. */
  readonly title: string;
}

/** Every kind of check in plain words. The command line and the page share them. */
const TITLES: Readonly<Record<string, readonly [CheckGroup, string]>> = {
  'bundle.readable': ['bundle', 'The bundle can be read to its end'],
  'bag.known': ['bundle', 'It holds only what belongs in a bundle'],
  'bag.declaration': ['bundle', 'It declares itself a BagIt 1.0 bag'],
  'bag.info': ['bundle', 'Number and size of its files are as stated'],
  'bag.manifest': ['bundle', 'The lists of files are well formed'],
  'bag.payload': ['bundle', 'Each file of the case has the digest on the list'],
  'bag.tags': ['bundle', 'Each file beside the case has the digest on the list'],

  'seal.signature': ['seal', 'Whoever sealed the bundle signed for all its files'],
  'seal.entry': ['seal', 'The last entry of the log binds the files of the bundle'],
  'seal.withheld': ['seal', 'The list of what is withheld is the one in the log'],

  'log.checkpoint': ['log', 'The current checkpoint is signed by the log'],
  'log.archived-checkpoint': ['log', 'Earlier checkpoints are signed by the log'],
  'log.entries': ['log', 'All entries are there and can be read'],
  'log.tile': ['log', 'The hashes of the log are those of its entries'],
  'log.old-tile': ['log', 'Older hashes of the log are those of its entries'],
  'log.root': ['log', 'Each signed root is the root of the entries'],
  'log.leftover': ['log', 'Nothing lies in the log that is no part of it'],
  'log.continues': ['log', 'The log continues the checkpoint you saw earlier'],

  'policy.source': ['trust', 'Whom to trust was decided by you'],
  'case.policy': ['trust', 'Witnesses and time authorities are those fixed at the opening'],
  'log.quorum': ['trust', 'The witnesses asked for have cosigned the log'],
  'policy.witness': ['trust', 'No witness signs with a key of whoever keeps the log'],
  'time.token': ['trust', 'Each time token is genuine and over this log'],
  'time.roots': ['trust', 'Which time authorities to trust was decided by you'],
  'time.expires': [
    'trust',
    'The certificates behind each time token are valid today, or it was renewed in time',
  ],
  'time.renewal': ['trust', 'Each renewal of a time token came in time'],
  'time.revocation': ['trust', 'No certificate behind a time token was revoked'],

  'entry.format': ['entry', 'Each entry is well formed'],
  'entry.signature': ['entry', 'Each entry is signed by a key that its author had at that place'],
  'entry.seen': ['entry', 'Each entry was signed on this history of the log'],
  'entry.once': ['entry', 'No signed entry is logged a second time'],
  'entry.rules': ['entry', 'Each entry may stand where it stands'],
  'entry.time': ['entry', 'The declared times fit the order of the log and outside times'],
  'entry.case': ['entry', 'Each entry belongs to this case'],
  'entry.order': ['entry', 'The case is opened once, by the first entry'],
  'entry.actor': ['entry', 'Each entry is made by a party of the case'],
  'entry.right': ['entry', 'Each author has a role that allows the entry'],
  'entry.number': ['entry', 'Numbers are given in order, none twice'],
  'entry.reference': ['entry', 'What an entry refers to stands in the log before it'],

  'case.settings': ['case', 'The settings speak of the case that the first entry opens'],
  'case.log': ['case', 'The first entry opens the case of this log'],
  'case.parties': ['case', 'Parties have ids of their own'],
  'party.key': ['case', 'No key of a party was brought in by another side'],
  'case.deadlines': ['case', 'Deadlines are numbered in order'],
  'seed.rules': ['case', 'Joint seeds are committed, revealed and settled in turn'],
  'seed.value': ['case', 'Revealed seeds are the committed ones'],
  'seed.beacon': ['case', 'Values of beacons are those that the beacons gave'],

  'exhibit.digest': ['exhibit', 'Each exhibit holds the bytes that were registered'],
  'exhibit.known': ['exhibit', 'Each exhibit here is registered in the log'],
  'exhibit.commitment': ['exhibit', 'Exhibits held back are committed to'],
  'custody.chain': ['exhibit', 'Each hand-over begins with whoever held the exhibit, as some party says'],
  'disclosure.commitment': ['exhibit', 'What is opened or withheld refers to a logged commitment'],
  'disclosure.parts': ['exhibit', 'Counts of opened and withheld parts add up'],
  'disclosure.ground': ['exhibit', 'What is withheld is withheld on a stated ground'],
  'disclosure.record': ['exhibit', 'Each commitment and what is withheld of it are as logged'],
  'disclosure.known': ['exhibit', 'Each document of a disclosure here is in the log'],
  'disclosure.right': ['exhibit', 'Whoever discloses or withholds parts may do so'],
  'disclosure.opening': ['exhibit', 'Each opened part is the one committed to'],
  'disclosure.redaction': ['exhibit', 'What a redaction shows is what was committed to'],
  'disclosure.sketch': ['exhibit', 'Each sketch is the one logged and books what it gives away'],
  'disclosure.seed': ['exhibit', 'Seeds of sketches were settled after the commitment'],
  'disclosure.leak': ['exhibit', 'Sketches stay within the cap on what they give away'],

  'plan.before-run': ['run', 'Each planned run starts after its plan is in the log'],
  'plan.fixed': ['run', 'Someone outside saw each plan before its run began'],
  'plan.digest': ['run', 'Each run follows the very bytes of its plan'],
  'plan.amendment': ['run', 'Each amended plan states its reason'],
  'plan.seed': ['run', 'Nobody could know the seed of a plan when it was fixed'],
  'plan.document': ['run', 'Each plan says what its entry says'],
  'plan.blind': ['run', 'Each plan was made before any finding on its exhibits'],
  'run.order': ['run', 'Findings are logged while their run goes on, by whoever runs it'],
  'run.findings': ['run', 'Each run ends with the count of its findings'],
  'run.complete': ['run', 'Each planned run has an end and all planned tests'],
  'run.repeated': ['run', 'No planned test was run twice'],
  'finding.document': ['run', 'Each finding says what its entry says'],
  'finding.planned': ['run', 'Each planned finding is of a test, exhibits, parameters and seed of its plan'],
  'finding.exploratory': ['run', 'Findings outside a plan are marked exploratory'],
  'finding.exhibits': ['run', 'Findings look at exhibits of the case only'],
  'opinion.document': ['run', 'Each opinion says what its entry, plan and findings say'],
  'opinion.findings': ['run', 'Opinions rest on logged, planned findings only'],

  'document.present': ['document', 'Each logged document is in the bundle'],
  'document.known': ['document', 'Each document here is in the log'],
  'document.digest': ['document', 'Each document holds the bytes that were logged'],
  'document.form': ['document', 'Each document is well formed'],
  'reply.document': ['document', 'Each reply says what its entry says'],
};

/** Ids that a newer version may report are shown as they are. */
export function titleOf(id: string): CheckTitle {
  const known = Object.hasOwn(TITLES, id) ? TITLES[id] : undefined;
  return known === undefined ? { group: 'bundle', title: id } : { group: known[0], title: known[1] };
}

/** Every id that has a title. */
export const TITLED_CHECKS: readonly string[] = Object.keys(TITLES);
