import { openArchive } from '../archive/archive-source.ts';
import { blobAccess } from '../browser/blob-access.ts';
import { droppedFolderSource } from '../browser/dropped-folder.ts';
import { browserPlatform } from '../browser/platform.ts';
import { refuseBadReaderFiles } from '../case/reader-files.ts';
import { isOfTheBytes, unreadableReport } from '../case/unreadable.ts';
import { type BundleVerification, type VerifyOptions, verifyBundle } from '../case/verify-bundle.ts';
import { FiliationError } from '../error.ts';
import { MAX_NOTE_BYTES } from '../note.ts';
import { verdictLine } from '../report-words.ts';
import type { BundleSource } from '../source.ts';
import { MAX_POLICY_BYTES } from '../tlog-policy.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readPemCertificates } from '../x509/pem.ts';
import { caseView } from './case-view.ts';
import { type Picked, pickedDrop, pickedFolder } from './dropped.ts';
import { make } from './element.ts';
import { passedView, troubleView, verdictView, voucherView } from './report-view.ts';

const MAX_ROOTS_BYTES = 2 ** 20;
/** Milliseconds between two drawings of the progress. */
const BETWEEN_DRAWS = 100;

const drop = at<HTMLFormElement>('choose');
const archive = at<HTMLInputElement>('archive');
const folder = at<HTMLInputElement>('folder');
const again = at<HTMLButtonElement>('again');
const working = at('working');
const progress = at<HTMLProgressElement>('progress');
const result = at('result');

let picked: Picked | undefined;
let busy = false;

archive.addEventListener('change', () => {
  const file = archive.files?.[0];
  if (file !== undefined) void check({ kind: 'archive', file });
});
folder.addEventListener('change', () => {
  if (folder.files !== null && folder.files.length > 0) void check(pickedFolder(folder.files));
});
again.addEventListener('click', () => void (picked === undefined || check(picked)));
// Anywhere on the page: a file dropped beside the frame would otherwise replace the page.
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
document.addEventListener('dragleave', () => drop.classList.remove('over'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  if (event.dataTransfer !== null)
    void pickedDrop(event.dataTransfer).then(
      (found) => void (found === undefined || check(found)),
      () => tell('This browser does not let the page read a dropped folder: choose it with the button.'),
    );
});
document.body.dataset.ready = 'yes';

async function check(what: Picked): Promise<void> {
  if (busy) return;
  busy = true;
  picked = what;
  again.disabled = false;
  working.hidden = false;
  result.hidden = true;
  say('Checking the bundle');
  try {
    show(await verified(what));
  } catch (error) {
    tell(error instanceof FiliationError ? `${error.message}. ${error.hint ?? ''}` : String(error));
  } finally {
    busy = false;
    working.hidden = true;
    // The same file may be chosen again after a change.
    archive.value = '';
    folder.value = '';
  }
}

async function verified(what: Picked): Promise<BundleVerification> {
  const options = await ownOptions();
  refuseBadReaderFiles(browserPlatform, options);
  let source: BundleSource;
  try {
    source =
      what.kind === 'archive'
        ? await openArchive(blobAccess(what.file, what.file.name), what.file.name)
        : droppedFolderSource(what.files);
  } catch (error) {
    if (!(error instanceof FiliationError) || !isOfTheBytes(error)) throw error;
    const name = what.kind === 'archive' ? what.file.name : 'the folder';
    return { report: unreadableReport(name, error), state: undefined };
  }
  try {
    return await verifyBundle(source, options);
  } finally {
    await source.close();
  }
}

/** What the reader brings along, as chosen in the page. */
async function ownOptions(): Promise<VerifyOptions> {
  const files = (id: string): readonly File[] => [...(at<HTMLInputElement>(id).files ?? [])];
  const seen: Uint8Array[] = [];
  for (const file of files('seen')) seen.push(await small(file, MAX_NOTE_BYTES));
  const roots = new Map<string, readonly Certificate[]>();
  for (const file of files('roots'))
    roots.set(
      file.name.replace(/\.[^.]*$/, ''),
      readPemCertificates(new TextDecoder().decode(await small(file, MAX_ROOTS_BYTES))),
    );
  const [policy] = files('policy');
  let drawn = 0;
  return {
    platform: browserPlatform,
    now: new Date(),
    seen,
    ...(policy === undefined ? {} : { policy: await small(policy, MAX_POLICY_BYTES) }),
    ...(roots.size === 0 ? {} : { timeRoots: roots }),
    onProgress(step, done, total) {
      const time = performance.now();
      if (time - drawn < BETWEEN_DRAWS && done < total) return;
      drawn = time;
      at('step').textContent = `Checking ${step}`;
      progress.max = Math.max(total, 1);
      progress.value = done;
    },
  };
}

async function small(file: File, limit: number): Promise<Uint8Array> {
  if (file.size <= limit) return blobAccess(file, file.name).read(0, file.size);
  throw new FiliationError(
    'LIMIT_EXCEEDED',
    `${file.name} has ${file.size} bytes, at most ${limit} are read`,
    {
      hint: 'Check that it is the right file.',
    },
  );
}

function show({ report, state }: BundleVerification): void {
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const save = make('button', { type: 'button' }, 'Save this report (JSON)');
  save.addEventListener('click', () => saveFile('verification.json', json));
  const print = make('button', { type: 'button' }, 'Print');
  print.addEventListener('click', () => window.print());
  result.replaceChildren(
    ...verdictView(report),
    make('p', { class: 'tools' }, save, print),
    ...troubleView(report),
    ...voucherView(report),
    ...(state === undefined ? [] : caseView(state)),
    ...passedView(report),
  );
  result.hidden = false;
  result.focus();
  say(verdictLine(report));
}

/** Something that is no verdict. */
function tell(text: string): void {
  result.replaceChildren(make('p', { class: 'notice', role: 'alert' }, text));
  result.hidden = false;
}

function say(text: string): void {
  at('status').textContent = text;
}

function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

function at<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}
