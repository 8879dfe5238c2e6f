import { createHash } from 'node:crypto';
import { pageScript, pageStyle } from './assets.ts';
import { type Content, html, markupText, trusted } from './markup.ts';

export interface PageInput {
  readonly title: string;
  /** Stands beside the wordmark: what kind of page this is, and of when. */
  readonly heading: Content;
  /** Buttons that only this page has. */
  readonly tools?: Content;
  /** Table of contents; pages without one use the whole width. */
  readonly contents?: Content;
  readonly main: Content;
  readonly foot: Content;
  /** Style sheets beside this file that only this kind of page has. */
  readonly styles?: readonly string[];
  /** Stands at the foot of every printed sheet. */
  readonly sheetFoot?: string;
}

/**
 * One HTML document that needs nothing else: it may load nothing from anywhere, and only the one script
 * and style sheet whose digests stand in its policy take effect. A name in a hostile file that slipped
 * through escaping could still neither run nor restyle anything.
 */
export function page(input: PageInput): string {
  const style = [pageStyle(input.styles), sheetFootStyle(input.sheetFoot)].join('\n');
  const script = pageScript();
  const policy = [
    "default-src 'none'",
    `style-src '${digestOf(style)}'`,
    `script-src '${digestOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return markupText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${input.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="masthead"><span class="mark">Filiation</span><span>${input.heading}</span>
<div class="tools">${input.tools}<button type="button" data-tool="open-all" hidden>Open all</button><button type="button" data-tool="theme" hidden>Dark theme</button><button type="button" data-tool="print" hidden>Print</button></div></header>
<div class="columns${input.contents !== undefined && ' with-contents'}">
${input.contents !== undefined && html`<nav class="contents" aria-label="Contents">${input.contents}</nav>`}
<main id="main" tabindex="-1">
${input.main}</main>
</div>
<footer class="page-foot">${input.foot}</footer>
<script>${trusted(script)}</script>
</body>
</html>
`);
}

/** Content-Security-Policy source for an inline element with exactly this text. */
export function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

/** The foot of printed sheets, kept to characters that mean nothing in a style sheet. */
function sheetFootStyle(text: string | undefined): string {
  if (text === undefined) return '';
  const safe = text.replace(/[^\p{L}\p{N} .,:()·-]/gu, ' ').slice(0, 120);
  return `@page{@bottom-left{content:"${safe}"}}`;
}
