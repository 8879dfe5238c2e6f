import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

/** Test support: the browser that pages are tried in. */
const CANDIDATES = [
  process.env.FILIATION_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Fails where no browser is installed: a page that nobody tried is not tested. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined)
    throw new Error(
      'The page tests need Chromium. Install it (Debian: apt-get install chromium) or set FILIATION_CHROMIUM to its path.',
    );
  return await chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** WCAG 2.2 AA for text. */
export const READABLE = 4.5;

export interface Visit {
  readonly page: Page;
  /** Console errors and warnings, uncaught exceptions, dialogs and requests beyond the page itself. */
  readonly trouble: string[];
}

/** Opens a page from a file of its own, listening for anything it should not do. */
export async function visitPage(
  browser: Browser,
  folder: string,
  name: string,
  text: string,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Visit> {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, text);
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme });
  const trouble: string[] = [];
  const address = pathToFileURL(path).href;
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => trouble.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== address) trouble.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, trouble };
}

/** Text and ground colours of all elements that show text of their own. */
export async function textColours(page: Page): Promise<{ text: string; ground: string; sample: string }[]> {
  return await page.evaluate(`(() => {
    const hex = (colour) => '#' + colour.match(/[\\d.]+/g).slice(0, 3).map((part) => Math.round(part).toString(16).padStart(2, '0')).join('');
    const opaque = (colour) => colour.startsWith('rgb(');
    const found = new Map();
    for (const element of document.querySelectorAll('body *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
      // Figures in heat map cells stand on the cells; the palette's own test covers them.
      if (!own || element.closest('script, title, desc, .value[class*="on-h"]') || !element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      let at = element;
      while (at.parentElement && !opaque(getComputedStyle(at).backgroundColor)) at = at.parentElement;
      const text = hex(element.closest('svg') ? style.fill : style.color);
      const ground = hex(getComputedStyle(at).backgroundColor);
      found.set(text + ground, { text, ground, sample: element.textContent.trim().slice(0, 40) });
    }
    return [...found.values()];
  })()`);
}
