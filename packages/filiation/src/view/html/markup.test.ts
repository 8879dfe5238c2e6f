import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { printable } from '../printable.ts';
import { escapeText, html, markupText, trusted } from './markup.ts';

const decode = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39|#96);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' })[name] ?? '',
  );

describe('markup template', () => {
  it('escapes text, in content and in attributes', () => {
    const name = `"><script>alert('1')</script>&`;
    assert.equal(
      markupText(html`<p title="${name}">${name}</p>`),
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</p>',
    );
  });

  it('takes markup, lists of markup and numbers; leaves out nothing-values', () => {
    assert.equal(markupText(html`${[html`<b>1</b>`, 2]}${undefined}${null}${false}${0}`), '<b>1</b>20');
  });

  it('does not take data for markup, whatever it looks like', () => {
    const forged = JSON.parse('{"markup":"<script>","text":"<script>"}');
    assert.doesNotMatch(markupText(html`${[String(forged.markup)]}`), /<script>/);
    assert.throws(() => markupText(html`${forged}`), TypeError);
  });

  it('passes assets through unescaped only when they are marked as trusted', () => {
    assert.equal(markupText(html`${trusted('<i>')}`), '<i>');
  });
});

describe('escaping', () => {
  it('leaves no character that could end a text node or an attribute, and loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const escaped = escapeText(text);
        assert.doesNotMatch(escaped, /[<>"'`]/);
        assert.equal(decode(escaped), printable(text));
      }),
    );
  });
});
