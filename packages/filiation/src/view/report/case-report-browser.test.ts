import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser, READABLE, textColours, type Visit, visitPage } from '../browser.ts';
import { contrastRatio } from '../html/palette.ts';
import { caseReportPage } from './case-report-page.ts';
import { derivedCase, hostileCase, manyCase, ratioCase } from './fixture.ts';

let browser: Browser;
let folder: string;

before(async () => {
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), 'filiation-report-'));
});
after(async () => {
  await browser?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

const visit = (name: string, text: string, scheme: 'light' | 'dark' = 'light'): Promise<Visit> =>
  visitPage(browser, folder, name, text, scheme);

/** A4 less the margins of the style sheet, in CSS pixels of 1/96 inch. */
const SHEET = { width: Math.floor(((210 - 32) / 25.4) * 96), height: Math.floor(((297 - 36) / 25.4) * 96) };

describe('case report in a browser', () => {
  it('loads without an error or a request, hostile text or not', async () => {
    for (const [name, input] of [
      ['derived', derivedCase()],
      ['hostile', hostileCase()],
    ] as const) {
      const { page, trouble } = await visit(name, caseReportPage(input));
      assert.deepEqual(trouble, []);
      assert.equal(await page.locator('script').count(), 1);
      await page.close();
    }
  });

  for (const scheme of ['light', 'dark'] as const)
    it(`is readable in ${scheme}: every text against its ground`, async () => {
      const { page } = await visit(scheme, caseReportPage(ratioCase()), scheme);
      await page.click('button[data-tool="open-all"]');
      for (const { text, ground, sample } of await textColours(page))
        assert.ok(contrastRatio(text, ground) >= READABLE, `${text} on ${ground}: ${sample}`);
      await page.close();
    });

  it('prints the summary on one A4 sheet and begins the rest on the next', async () => {
    const { page } = await visit('sheet', '');
    await page.setViewportSize(SHEET);
    await page.emulateMedia({ media: 'print' });
    for (const input of [derivedCase(), ratioCase(), manyCase(2), manyCase(8)]) {
      await page.setContent(caseReportPage(input));
      const bottom = await page.evaluate(
        "document.querySelector('#summary').getBoundingClientRect().bottom + scrollY",
      );
      assert.ok((bottom as number) <= SHEET.height, `${bottom} of ${SHEET.height} pixels`);
    }
    assert.equal(
      await page.evaluate("getComputedStyle(document.querySelector('#summary')).breakAfter"),
      'page',
    );
    await page.close();
  });

  it('opens a finding from a link in the summary, by keyboard too', async () => {
    const { page } = await visit('link', caseReportPage(derivedCase()));
    const sheet = page.locator('details#finding-6');
    assert.equal(await sheet.getAttribute('open'), null);
    await page.locator('#summary a[href="#finding-6"]').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction("document.querySelector('details#finding-6')?.open === true");
    await page.close();
  });

  it('fits a telephone without scrolling the page sideways', async () => {
    const { page } = await visit('narrow', caseReportPage(hostileCase()));
    await page.setViewportSize({ width: 390, height: 800 });
    assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 390);
    await page.close();
  });
});
