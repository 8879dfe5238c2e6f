import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { VerificationReport } from '@filiation/verify';
import { verifyFile } from '@filiation/verify/node';
import type { Browser, Locator, Page } from 'playwright-core';
import { withoutOpenssl } from '../test-support/openssl-authority.ts';
import { type SealedCase, sealedCase } from '../test-support/sealed-case.ts';
import { unpack } from '../test-support/unpack.ts';
import { openBrowser } from '../view/browser.ts';
import { contrastRatio } from '../view/html/palette.ts';

const PAGE = import.meta.resolve('@filiation/verify/standalone/verify.html');
/** WCAG 2.2 AA for text. */
const READABLE = 4.5;

let root = '';
let browser: Browser;
let sealed: SealedCase;
before(async () => {
  root = mkdtempSync(join(tmpdir(), 'filiation-verify-page-'));
  sealed = await sealedCase(root, { witness: true, authority: withoutOpenssl === false });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, force: true });
});

interface Visit {
  readonly page: Page;
  /** Console messages, exceptions, dialogs and requests beyond the page itself. */
  readonly trouble: readonly string[];
}

async function visit(options: { readonly dark?: boolean; readonly width?: number } = {}): Promise<Visit> {
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1100, height: 860 },
    colorScheme: options.dark === true ? 'dark' : 'light',
  });
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => trouble.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => request.url() !== PAGE && trouble.push(`request: ${request.url()}`));
  await page.goto(PAGE);
  return { page, trouble };
}

async function verdict(page: Page, path: string, input = '#archive'): Promise<string> {
  await page.setInputFiles(input, path);
  await page.locator('#verdict').waitFor();
  return (await page.locator('#verdict').textContent()) ?? '';
}

async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? '';
}

/** The report that the page lets one save. */
async function savedReport(page: Page): Promise<VerificationReport> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save this report' }).click();
  return JSON.parse(readFileSync(await (await waiting).path(), 'utf8')) as VerificationReport;
}

describe('the page that checks a bundle', () => {
  it('passes a sealed bundle with the very report that Node gives, and asks the network for nothing', async () => {
    const { page, trouble } = await visit();
    assert.match(await verdict(page, sealed.path), /Passed: \d+ checks, none failed/);
    assert.equal(await page.evaluate('document.activeElement.id'), 'result');
    const { report } = await verifyFile(sealed.path, {});
    assert.deepEqual(await savedReport(page), report);
    assert.equal(
      await page.locator('#status').textContent(),
      (await textOf(page.locator('#verdict'))).slice(1).trim(),
    );
    // A download of what the page itself made is no request to anyone.
    assert.deepEqual(
      trouble.filter((each) => !each.startsWith('request: blob:')),
      [],
    );
    await page.close();
  });

  it('shows who vouched, what is withheld and why, and what the log says', async () => {
    const { page } = await visit();
    await verdict(page, sealed.path);
    const text = await textOf(page.locator('#result'));
    for (const part of [
      /UTC: the first 4 entries, by witness\.example/,
      /withheld: trade secret, order of 1 December/,
      /neuron-order 1/,
      /-745\.25/,
      /exploratory/,
      /Both were initialised from one public checkpoint\./,
    ])
      assert.match(text, part);
    await page.close();
  });

  it('fails an altered exhibit and names it, first of all', async () => {
    const bytes = readFileSync(sealed.path);
    bytes[bytes.indexOf('weights of a\n')]! ^= 1;
    const path = join(root, 'altered.zip');
    writeFileSync(path, bytes);
    const { page, trouble } = await visit();
    assert.match(await verdict(page, path), /Failed: \d+ of \d+ checks failed/);
    const headings = await page.locator('#result h2').allTextContents();
    assert.match(headings[1] ?? '', /^Failed/);
    assert.match(await textOf(page.locator('#failed + .failed')), /exhibit E1 \(model A\)/);
    assert.deepEqual((await savedReport(page)).checks, (await verifyFile(path, {})).report.checks);
    assert.deepEqual(
      trouble.filter((each) => !each.startsWith('request: blob:')),
      [],
    );
    await page.close();
  });

  it('takes the unpacked folder too, and says what is no bundle', async () => {
    const folder = join(root, 'unpacked');
    await unpack(sealed.path, folder);
    const { page } = await visit();
    assert.match(await verdict(page, folder, '#folder'), /Passed/);
    const junk = join(root, 'junk.zip');
    writeFileSync(junk, 'no archive');
    await page.setInputFiles('#archive', junk);
    await page.locator('#verdict.failed').waitFor();
    assert.match(await textOf(page.locator('#result')), /The bundle can be read to its end/);
    await page.close();
  });

  it('asks what the reader brings along', async () => {
    const { page } = await visit();
    const seen = join(root, 'seen');
    writeFileSync(seen, sealed.seen);
    const roots = join(root, 'roots');
    mkdirSync(roots, { recursive: true });
    await page.locator('#own summary').click();
    await page.setInputFiles('#policy', join(sealed.folder, 'policy/policy.txt'));
    await page.setInputFiles('#seen', seen);
    if (withoutOpenssl === false) {
      cpSync(join(sealed.folder, 'policy/authorities/clock.pem'), join(roots, 'clock.pem'));
      await page.setInputFiles('#roots', join(roots, 'clock.pem'));
    }
    await verdict(page, sealed.path);
    const text = await textOf(page.locator('#result'));
    assert.match(text, /✓?\s*The log continues the checkpoint you saw earlier/);
    assert.match(text, /Whom to trust was decided by you/);
    assert.doesNotMatch(text, /agrees with itself/);
    // A mistake in these is the reader's, and no verdict on the bundle.
    await page.setInputFiles('#seen', join(sealed.folder, 'case.json'));
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('alert').waitFor();
    assert.match(await textOf(page.getByRole('alert')), /checkpoint 1 that you saw earlier/);
    await page.close();
  });

  it('shows hostile names as text', async () => {
    const folder = join(root, 'hostile');
    mkdirSync(folder);
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>\u202e';
    const hostile = await sealedCase(folder, { title: markup, exhibitName: markup });
    const { page, trouble } = await visit();
    assert.match(await verdict(page, hostile.path), /Passed/);
    assert.equal(await page.locator('img, #result script, #result style').count(), 0);
    assert.match(await textOf(page.locator('#result')), /<img src=x onerror=alert\(1\)>.*‹U\+202E›/);
    assert.deepEqual(trouble, []);
    await page.close();
  });

  it('can be used from the keyboard, and is told by a screen reader', async () => {
    const { page } = await visit();
    await page.keyboard.press('Tab');
    assert.match((await page.locator(':focus').textContent()) ?? '', /Skip to the result/);
    const reached: string[] = [];
    for (let press = 0; press < 4; press++) {
      await page.keyboard.press('Tab');
      reached.push(
        (await page.evaluate('document.activeElement.id || document.activeElement.tagName')) as string,
      );
    }
    assert.deepEqual(reached.slice(0, 3), ['archive', 'folder', 'SUMMARY']);
    await verdict(page, sealed.path);
    const faults = (await page.evaluate(`(() => {
      const faults = [];
      let level = 0;
      for (const heading of document.querySelectorAll('h1, h2, h3')) {
        const next = Number(heading.tagName[1]);
        if (next > level + 1) faults.push('skips to ' + heading.outerHTML);
        level = next;
      }
      if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
      if (!document.documentElement.lang || !document.title || !document.querySelector('main')) faults.push('no language, title or main');
      for (const input of document.querySelectorAll('input, progress'))
        if (!input.labels?.length && !input.getAttribute('aria-label')) faults.push('no label: ' + input.id);
      for (const table of document.querySelectorAll('table')) {
        if (!table.caption?.textContent) faults.push('no caption');
        for (const cell of table.querySelectorAll('th')) if (!cell.scope) faults.push('th without scope');
      }
      for (const button of document.querySelectorAll('button')) if (!button.textContent.trim()) faults.push('no name');
      const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
      if (new Set(ids).size !== ids.length) faults.push('an id twice');
      if (document.querySelector('#status').getAttribute('aria-live') !== 'polite') faults.push('no live region');
      return faults;
    })()`)) as string[];
    assert.deepEqual(faults, []);
    await page.close();
  });

  for (const dark of [false, true])
    it(`is readable in ${dark ? 'dark' : 'light'}, and fits a phone`, async () => {
      const { page } = await visit({ dark, width: 390 });
      await verdict(page, sealed.path);
      const colours = (await page.evaluate(`(() => {
        const hex = (colour) => '#' + colour.match(/[\\d.]+/g).slice(0, 3).map((part) => Math.round(part).toString(16).padStart(2, '0')).join('');
        const opaque = (colour) => colour.startsWith('rgb(');
        const found = new Map();
        for (const element of document.querySelectorAll('body *')) {
          const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
          if (!own || element.closest('script, .visually-hidden, :disabled') || !element.checkVisibility()) continue;
          let at = element;
          while (at.parentElement && !opaque(getComputedStyle(at).backgroundColor)) at = at.parentElement;
          const text = hex(getComputedStyle(element).color);
          const ground = hex(getComputedStyle(at).backgroundColor);
          found.set(text + ground, [text, ground, element.textContent.trim().slice(0, 40)]);
        }
        return [...found.values()];
      })()`)) as [string, string, string][];
      assert.ok(colours.length >= 5);
      for (const [text, ground, sample] of colours)
        assert.ok(contrastRatio(text, ground) >= READABLE, `${text} on ${ground}: ${sample}`);
      assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 390);
      await page.close();
    });
});
