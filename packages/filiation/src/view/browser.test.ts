import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { openBrowser, READABLE, textColours, type Visit, visitPage } from './browser.ts';
import { derivedReport, hostileReport } from './fixture.ts';
import { tree } from './fixture-tree.ts';
import { comparisonPage } from './html/comparison-page.ts';
import { contrastRatio } from './html/palette.ts';
import { treePage } from './tree/tree-page.ts';

let browser: Browser;
let folder: string;

before(async () => {
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), 'filiation-page-'));
});

after(async () => {
  await browser?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

const visit = (name: string, text: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Visit> =>
  visitPage(browser, folder, name, text, colorScheme);

describe('comparison page in a browser', () => {
  it('loads without an error, a warning or a request', async () => {
    const { page, trouble } = await visit('derived', comparisonPage(derivedReport()));
    assert.equal(
      await page.locator('h1').textContent(),
      'Do the weights of A_ft descend from those of base_A?',
    );
    assert.deepEqual(trouble, []);
    await page.close();
  });

  it('runs nothing and loads nothing that a hostile report carries', async () => {
    const { page, trouble } = await visit('hostile', comparisonPage(hostileReport()));
    assert.deepEqual(trouble, []);
    assert.equal(await page.locator('script').count(), 1);
    assert.equal(await page.locator('img').count(), 0);
    await page.close();
  });

  it('reaches and opens a figure’s data from the keyboard alone', async () => {
    const { page } = await visit('keyboard', comparisonPage(derivedReport()));
    await page.keyboard.press('Tab');
    assert.match((await page.locator(':focus').textContent()) ?? '', /Skip to the content/);
    await page.keyboard.press('Enter');
    for (let press = 0; press < 80; press++) {
      await page.keyboard.press('Tab');
      if ((await page.locator('details.figure-data > summary:focus').count()) > 0) break;
    }
    const disclosure = page.locator('details.figure-data:has(> summary:focus)');
    assert.equal(await disclosure.count(), 1);
    assert.match(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), /solid/);
    await page.keyboard.press('Enter');
    assert.ok(await disclosure.locator('table').first().isVisible());
    await page.close();
  });

  for (const scheme of ['light', 'dark'] as const)
    it(`is readable in ${scheme}: every text against its ground`, async () => {
      const { page } = await visit(scheme, comparisonPage(derivedReport()), scheme);
      await page.click('button[data-tool="open-all"]');
      const colours = await textColours(page);
      assert.ok(colours.length >= 6);
      for (const { text, ground, sample } of colours)
        assert.ok(contrastRatio(text, ground) >= READABLE, `${text} on ${ground}: ${sample}`);
      await page.close();
    });

  it('changes theme by its button, against the system’s setting', async () => {
    const { page } = await visit('theme', comparisonPage(derivedReport()), 'dark');
    const ground = async (): Promise<string> =>
      await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const dark = await ground();
    await page.click('text=Light theme');
    assert.notEqual(await ground(), dark);
    await page.click('text=Dark theme');
    assert.equal(await ground(), dark);
    await page.close();
  });

  it('opens the finding that a link leads to', async () => {
    const { page } = await visit('link', comparisonPage(derivedReport()));
    const finding = page.locator('details.finding', { hasText: 'Every tensor moved a little' });
    assert.equal(await finding.getAttribute('open'), null);
    await page.locator('#history a', { hasText: 'Delta' }).click();
    await page.waitForFunction("document.querySelector('details:target')?.open === true");
    assert.ok(await finding.locator('svg').first().isVisible());
    await page.close();
  });

  it('prints with every finding open, on light paper, and closes them again', async () => {
    const { page } = await visit('print', comparisonPage(derivedReport()), 'dark');
    const openFindings = async (): Promise<number> => await page.locator('details.finding[open]').count();
    const before = await openFindings();
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    assert.equal(await openFindings(), before);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    assert.equal(await openFindings(), await page.locator('details.finding').count());
    assert.equal(await page.evaluate('getComputedStyle(document.body).color'), 'rgb(28, 33, 38)');
    await page.close();
  });

  it('fits a telephone without scrolling the page sideways', async () => {
    const { page } = await visit('narrow', comparisonPage(hostileReport()));
    await page.setViewportSize({ width: 390, height: 800 });
    assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 390);
    await page.close();
  });
});

describe('tree page in a browser', () => {
  it('loads without an error or a request, readable in dark', async () => {
    const { page, trouble } = await visit('tree', treePage(tree()), 'dark');
    assert.deepEqual(trouble, []);
    for (const { text, ground, sample } of await textColours(page))
      assert.ok(contrastRatio(text, ground) >= READABLE, `${text} on ${ground}: ${sample}`);
    await page.close();
  });

  it('saves its drawing as an SVG file that stands alone', async () => {
    const { page, trouble } = await visit('save', treePage(tree()));
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Save SVG')]);
    assert.equal(download.suggestedFilename(), 'lineage.svg');
    const saved = readFileSync(await download.path(), 'utf8');
    assert.match(saved, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*><style>:root\{/);
    const shown = await browser.newPage();
    await shown.goto(pathToFileURL(await download.path()).href);
    assert.equal(await shown.evaluate("document.querySelectorAll('parsererror').length"), 0);
    assert.match(saved, /--accent:#1b5a92/);
    assert.deepEqual(
      trouble.filter((each) => !each.startsWith('request: blob:')),
      [],
    );
    await shown.close();
    await page.close();
  });
});
