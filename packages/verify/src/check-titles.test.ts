import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CHECK_GROUPS, TITLED_CHECKS, titleOf } from './check-titles.ts';

/** A check's id, wherever the code says one. Paths of files look alike, but for their endings. */
const ID =
  /['`](?:bundle|bag|seal|log|policy|case|time|entry|seed|exhibit|custody|disclosure|plan|run|finding|opinion|document|reply|report|party|key|deadline|declaration|correction|rerun|commitment|withheld|sketch)\.(?!json|txt|zip|md)[a-z][a-z-]*['`]/g;

describe('titles of checks', () => {
  it('exist for every id that the code reports, and for no other', () => {
    const root = new URL('../src/', import.meta.url);
    const said = new Set<string>();
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.ts') || /\.test\.ts$|test-support|check-titles|(^|\/)check\.ts$/.test(path))
        continue;
      for (const [id] of readFileSync(new URL(path, root), 'utf8').matchAll(ID)) said.add(id.slice(1, -1));
    }
    assert.ok(said.size > 50);
    assert.deepEqual([...said].sort(), [...TITLED_CHECKS].sort());
  });

  it('are sentences that begin as such and belong to a group', () => {
    for (const id of TITLED_CHECKS) {
      const { group, title } = titleOf(id);
      assert.ok(group in CHECK_GROUPS);
      assert.match(title, /^[A-Z].*[a-z0-9]$/, id);
    }
  });

  it('let an unknown id stand for itself', () => {
    assert.equal(titleOf('later.check').title, 'later.check');
    assert.equal(titleOf('toString').title, 'toString');
  });
});
