import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import { caseReportPage } from '../view/report/case-report-page.ts';
import { derivedCase, hostileCase } from '../view/report/fixture.ts';
import { BROWSER_VARIABLE, findBrowser } from './find-browser.ts';
import { printPdf } from './pdf.ts';

const CREATED = '2026-11-23T14:48:11Z';
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filiation-pdf-test-'));
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A stand-in for a browser: a shell script that can be run. */
async function script(name: string, body: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

const refused = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof FiliationError &&
  error.code === code &&
  message.test(error.message) &&
  error.hint !== undefined;

describe('printing to PDF', () => {
  it('prints a whole report, the same bytes twice, with the report’s date', async () => {
    assert.notEqual(await findBrowser(process.env), undefined, 'the page tests need Chromium');
    const page = caseReportPage(derivedCase());
    const [a, b] = [join(folder, 'a.pdf'), join(folder, 'b.pdf')];
    await printPdf(page, a, CREATED);
    await printPdf(page, b, CREATED);
    const bytes = await readFile(a);
    assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
    assert.ok(bytes.equals(await readFile(b)));
    assert.match(bytes.toString('latin1'), /\/CreationDate \(D:20261123144811\+00'00'\)/);
    assert.match(bytes.toString('latin1'), /\/MarkInfo|\/StructTreeRoot/, 'tagged for screen readers');
  });

  it('prints a report full of hostile text', async () => {
    const path = join(folder, 'hostile.pdf');
    await printPdf(caseReportPage(hostileCase()), path, CREATED);
    assert.equal((await readFile(path)).subarray(0, 5).toString(), '%PDF-');
  });

  it('says what to do where no browser is found, and writes nothing', async () => {
    const path = join(folder, 'none.pdf');
    await assert.rejects(
      printPdf('<p>', path, CREATED, {
        environment: { PATH: folder, [BROWSER_VARIABLE]: '/nowhere/chromium' },
      }),
      refused('UNSUPPORTED', /no Chromium was found/),
    );
    assert.ok(!(await readdir(folder)).includes('none.pdf'));
  });

  it('names a browser that fails, ends one that hangs, and refuses what is no PDF', async () => {
    const cases = [
      ['fails', 'echo cannot open display >&2; exit 7', /could not print: cannot open display/],
      ['hangs', 'sleep 600', /printed nothing within 0\.5 s/],
      ['idles', 'exit 0', /printed no PDF/],
      [
        'lies',
        'for a in "$@"; do case $a in --print-to-pdf=*) echo hello > "$(echo "$a" | cut -d= -f2)";; esac; done',
        /no PDF/,
      ],
    ] as const;
    for (const [name, body, message] of cases) {
      const environment = { [BROWSER_VARIABLE]: await script(name, body) };
      const path = join(folder, `${name}.pdf`);
      await assert.rejects(
        printPdf('<p>', path, CREATED, { environment, timeLimitMs: name === 'hangs' ? 500 : 60_000 }),
        refused('UNSUPPORTED', message),
      );
      assert.ok(!(await readdir(folder)).includes(`${name}.pdf`));
    }
  });

  it('stops when interrupted', async () => {
    const environment = { [BROWSER_VARIABLE]: await script('slow', 'sleep 600') };
    const stop = new AbortController();
    const printing = printPdf('<p>', join(folder, 'slow.pdf'), CREATED, { environment, signal: stop.signal });
    stop.abort();
    await assert.rejects(printing, refused('INTERRUPTED', /no PDF was written/));
  });
});

describe('finding a browser', () => {
  it('takes the one that is named, and no other in its place', async () => {
    const mine = await script('mine', 'exit 0');
    assert.equal(await findBrowser({ [BROWSER_VARIABLE]: mine }), mine);
    assert.equal(await findBrowser({ PATH: folder, [BROWSER_VARIABLE]: 'mine' }), mine);
    assert.equal(await findBrowser({ [BROWSER_VARIABLE]: join(folder, 'missing') }), undefined);
  });

  it('looks through the search path, not through folders that depend on where it is run', async () => {
    const found = await script('chromium', 'exit 0');
    assert.equal(await findBrowser({ PATH: `.:${folder}` }), found);
  });
});
