import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TreeModel } from '../tree-types.ts';
import type { StatedClaim } from './claims.ts';
import { inferTree } from './infer-tree.ts';
import type { MergeFit, PairRelation } from './relations.ts';

const model = (id: string): TreeModel => ({ id, name: id, digest: `sha256:${id}` });

function derived(
  a: string,
  b: string,
  distance: number,
  direction?: PairRelation['direction'],
): PairRelation {
  return {
    a,
    b,
    relation: 'derived',
    log10P: -500,
    distance,
    direction: direction ?? 'undetermined',
    mechanisms: ['fine-tune'],
    primary: [],
  };
}

function other(a: string, b: string, relation: PairRelation['relation']): PairRelation {
  return { a, b, relation, direction: 'undetermined', mechanisms: [], primary: [] };
}

/** root → x, y, z; stranger alone; twin of root's initialisation. */
const relations: PairRelation[] = [
  derived('root', 'x', 0.1),
  derived('root', 'y', 0.2),
  derived('root', 'z', 0.15, 'reference-to-subject'),
  derived('x', 'y', 0.25),
  derived('x', 'z', 0.2),
  derived('y', 'z', 0.26),
  ...['root', 'x', 'y', 'z', 'twin'].map((id) => other(id, 'stranger', 'no-evidence')),
  { ...other('root', 'twin', 'shared-initialisation'), distance: 0.7 },
  { ...other('x', 'twin', 'shared-initialisation'), distance: 0.8 },
  { ...other('y', 'twin', 'shared-initialisation'), distance: 0.8 },
  { ...other('z', 'twin', 'shared-initialisation'), distance: 0.8 },
];
const models = ['x', 'root', 'y', 'z', 'stranger', 'twin'].map(model);
const tree = (claims: StatedClaim[] = [], merges: MergeFit[] = []) =>
  inferTree({ models, relations, merges, claims });
const claim = (child: string, parent: string): StatedClaim => ({ child, parent, source: 'model card' });

describe('inferTree', () => {
  it('hangs children on their hub and keeps strangers apart', () => {
    const result = tree();
    const descent = result.edges.filter((edge) => edge.kind === 'descent');
    assert.deepEqual(descent.map((edge) => `${edge.parent}>${edge.child}`).sort(), [
      'root>x',
      'root>y',
      'root>z',
    ]);
    assert.equal(result.models.find((entry) => entry.id === 'root')?.role, 'root');
    assert.equal(result.models.find((entry) => entry.id === 'stranger')?.role, 'single');
    assert.ok(result.groups.some((group) => group.length === 1 && group[0] === 'stranger'));
  });

  it('calls a branch directed only where one-way evidence says so', () => {
    const directed = tree().edges.filter((edge) => edge.directed);
    assert.deepEqual(
      directed.map((edge) => edge.child),
      ['z'],
    );
  });

  it('joins twins of one initialisation by an undirected edge, in groups of their own', () => {
    const edge = tree().edges.find((entry) => entry.kind === 'shared-initialisation');
    assert.deepEqual([edge?.parent, edge?.child, edge?.directed], ['root', 'twin', false]);
    assert.ok(tree().groups.some((group) => group.length === 1 && group[0] === 'twin'));
  });

  it('confirms, contradicts and leaves claims, without letting them shape the tree', () => {
    const claims = [
      claim('x', 'root'),
      claim('y', 'x'),
      claim('z', 'stranger'),
      claim('x', 'twin'),
      claim('y', 'absent'),
    ];
    const result = tree(claims);
    assert.deepEqual(
      result.claims.map((entry) => entry.status),
      ['confirmed', 'claimed', 'contradicted', 'contradicted', 'claimed'],
    );
    assert.deepEqual(
      result.edges.map(({ parent, child }) => [parent, child]),
      tree().edges.map(({ parent, child }) => [parent, child]),
    );
    assert.equal(result.edges.find((edge) => edge.child === 'x')?.status, 'confirmed');
  });

  it('contradicts a claim that runs against one-way evidence', () => {
    assert.equal(tree([claim('root', 'z')]).claims[0]?.status, 'contradicted');
  });

  it('contradicts training from scratch by one-way evidence only, and confirms it never', () => {
    const scratch = ['root', 'z', 'x', 'stranger', 'twin'].map((child) => ({ child, source: 'declaration' }));
    assert.deepEqual(
      tree(scratch).claims.map((entry) => entry.status),
      ['claimed', 'contradicted', 'claimed', 'claimed', 'claimed'],
    );
    assert.ok(tree(scratch).edges.every((edge) => edge.status === 'silent'));
  });

  it('draws a merge from both parents and not as a branch', () => {
    const merges = [
      {
        child: 'z',
        parents: [
          { id: 'x', weight: 0.6 },
          { id: 'y', weight: 0.4 },
        ],
        residual: 2e-4,
        floor: 2e-4,
      },
    ];
    const edges = tree([], merges).edges.filter((edge) => edge.child === 'z');
    assert.deepEqual(
      edges.map((edge) => [edge.kind, edge.parent, edge.weight]),
      [
        ['merge', 'x', 0.6],
        ['merge', 'y', 0.4],
      ],
    );
  });
});
