import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LineageTree, TreeEdge, TreeEdgeKind } from '@filiation/weights';
import fc from 'fast-check';
import { HOSTILE_NAME } from '../fixture.ts';
import { tree } from '../fixture-tree.ts';
import { skeletonOf } from '../html/well-formed.ts';
import { layOutTree } from './layout.ts';
import { newick } from './newick.ts';
import { treePage } from './tree-page.ts';
import { treeText } from './tree-text.ts';

const layout = layOutTree(tree());
const at = (id: string) => {
  const node = layout.byId.get(id);
  assert.ok(node !== undefined, id);
  return node;
};

/** Any edges at all between up to eight models: cycles, doubles, self-loops, strangers. */
const anyTree: fc.Arbitrary<LineageTree> = fc
  .record({
    count: fc.integer({ min: 0, max: 8 }),
    edges: fc.array(
      fc.record({
        parent: fc.integer({ min: 0, max: 9 }).map(String),
        child: fc.integer({ min: 0, max: 9 }).map(String),
        kind: fc.constantFrom<TreeEdgeKind>('descent', 'merge', 'shared-initialisation', 'identical'),
        directed: fc.boolean(),
        weight: fc.double({ min: 0, max: 1, noNaN: true }),
        distance: fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.constantFrom(Number.NaN, -1)),
        status: fc.constantFrom<TreeEdge['status']>('claimed', 'confirmed', 'contradicted', 'silent'),
        mechanisms: fc.constant([]),
        support: fc.string({ maxLength: 4 }),
      }),
      { maxLength: 20 },
    ),
    groups: fc.array(fc.array(fc.integer({ min: 0, max: 9 }).map(String), { maxLength: 5 }), {
      maxLength: 4,
    }),
    name: fc.string({ unit: 'binary', maxLength: 6 }),
  })
  .map(({ count, edges, groups, name }) => ({
    ...tree(),
    models: Array.from({ length: count }, (_, id) => ({ id: String(id), name: `${name}${id}`, digest: '' })),
    edges,
    groups,
    claims: [],
  }));

describe('tree layout', () => {
  it('puts children right of their parent by their distance, distances adding up', () => {
    assert.equal(at('A_ft').from, 'base_A');
    assert.ok(Math.abs(at('A_ft_laundered').divergence - 0.218) < 1e-12);
  });

  it('draws a merge under its greatest parent and joins the other by an arc', () => {
    assert.equal(at('AB_merge').from, 'A_ft');
    assert.deepEqual(
      layout.arcs.filter((edge) => edge.kind === 'merge').map((edge) => edge.parent),
      ['A_ft2'],
    );
  });

  it('keeps unrelated families apart, and a contradicted claim out of the tree', () => {
    assert.notEqual(at('base_A').family, at('base_B').family);
    assert.equal(at('S_plain').from, undefined);
    assert.equal(layout.arcs.find((edge) => edge.status === 'contradicted')?.child, 'S_plain');
  });

  it('gives every model one row and a path to a root, whatever the edges', () => {
    fc.assert(
      fc.property(anyTree, (any) => {
        const { nodes, byId } = layOutTree(any);
        assert.deepEqual(nodes.map((node) => node.id).sort(), any.models.map((model) => model.id).sort());
        for (const node of nodes) {
          let steps = 0;
          for (let up = node; up.from !== undefined; up = byId.get(up.from)!)
            assert.ok(++steps <= nodes.length);
          assert.ok(
            node.from === undefined || (byId.get(node.from)?.divergence ?? Number.NaN) <= node.divergence,
          );
        }
      }),
    );
  });

  it('follows a directed edge only from parent to child', () => {
    fc.assert(
      fc.property(anyTree, (any) => {
        for (const node of layOutTree(any).nodes)
          if (node.edge?.directed)
            assert.deepEqual([node.from, node.id], [node.edge.parent, node.edge.child]);
      }),
    );
  });
});

describe('newick', () => {
  it('writes each tree with lengths, quoted names, and further parents of merges in comments', () => {
    const [first, second, third] = newick(tree()).split('\n');
    assert.match(first ?? '', /^\[&U\] \(/);
    assert.match(first ?? '', /'AB_merge'\[&merged_with=\{"A_ft2"=0\.4\}\]:0\.09\)'A_ft':0\.21/);
    assert.equal(second, "[&R] ('B_instruct':0.18)'base_B';");
    assert.equal(third, "[&R] 'S_plain';");
  });

  it('doubles quotes in names and keeps every tree on one line', () => {
    const text = newick({
      ...tree(),
      edges: [],
      groups: [],
      models: [{ id: '0', name: "it's (a) [test];\n,", digest: '' }],
    });
    assert.equal(text, "[&R] 'it''s (a) [test]; ,';\n");
  });

  it('has one line a root and balanced parentheses for any tree', () => {
    fc.assert(
      fc.property(anyTree, (any) => {
        const text = newick(any);
        const bare = text.replace(/'(?:[^']|'')*'/g, 'x').replace(/\[[^\]]*\]/g, '');
        assert.equal(
          text.split('\n').length - 1,
          layOutTree(any).nodes.filter((node) => node.from === undefined).length,
        );
        assert.equal(bare.split('(').length, bare.split(')').length);
      }),
    );
  });
});

describe('tree on the terminal', () => {
  it('shows who came from whom, how, how surely, and how claims stand', () => {
    const lines = treeText(tree()).split('\n');
    assert.equal(lines[0], 'base_A');
    assert.match(treeText(tree()), /├─ A_ft +0\.21 +fine-tune +1 in 10\^3214 +✓ confirmed/);
    assert.match(treeText(tree()), /└─ AB_merge +0\.09 +merge 0\.6, with A_ft2 \(0\.4\)/);
    assert.match(treeText(tree()), /✗ S_plain is claimed to descend from base_B: contradicted/);
    assert.match(treeText(tree()), /A_ft2 .*direction undetermined/);
  });

  it('lets no name control the terminal', () => {
    fc.assert(
      fc.property(anyTree, (any) => assert.doesNotMatch(treeText(any).replaceAll('\n', ''), /\p{Cc}/u)),
    );
  });
});

describe('tree page', () => {
  it('is well-formed for any tree, hostile names included', () => {
    const named = {
      ...tree(),
      models: tree().models.map((model) => ({ ...model, name: HOSTILE_NAME })),
      notes: [HOSTILE_NAME],
    };
    for (const each of [
      tree(),
      named,
      { ...tree(), models: [], edges: [], groups: [], claims: [], notes: [] },
    ]) {
      const { faults, elements } = skeletonOf(treePage(each));
      assert.deepEqual(faults, []);
      assert.equal(elements.get('script'), 1);
    }
    fc.assert(
      fc.property(anyTree, (any) => {
        const page = treePage(any);
        assert.deepEqual(skeletonOf(page).faults, []);
        assert.doesNotMatch(page, /="[^"]*NaN[^"]*"/);
      }),
      { numRuns: 40 },
    );
  });

  it('tells kinds of branches apart by more than colour', () => {
    const page = treePage(tree());
    for (const text of [
      '✓ confirmed',
      '✗ contradicted',
      'class="branch merge-arc"',
      'class="branch shared-initialisation"',
      'merge 0.6 with A_ft2 0.4',
    ])
      assert.ok(page.includes(text), text);
    assert.match(
      page,
      /Two families of related models, one model on its own\. Of 5 claimed parentages, 3 confirmed, 1 contradicted, 1 undecided\./,
    );
  });
});
