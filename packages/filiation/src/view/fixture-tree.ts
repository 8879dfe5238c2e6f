import type { LineageTree } from '@filiation/weights';

/** Test support: a lineage tree as the orchestrator makes it. */

const digest = (seed: number): string =>
  `sha256:${(0x1f0c93a2 + seed * 7919).toString(16).padStart(16, 'a').repeat(4)}`;

/** A family with a merge, claims of all kinds, a same-seed pair, a second family and a single model. */
export function tree(): LineageTree {
  const names = [
    'base_A',
    'A_ft',
    'A_ft2',
    'A_lora',
    'A_q8',
    'A_ft_laundered',
    'AB_merge',
    'A_sameinit',
    'base_B',
    'B_instruct',
    'S_plain',
  ];
  const edge = {
    directed: true,
    log10P: -3214,
    status: 'silent',
    mechanisms: [] as string[],
    support: 'all units keep their place',
  } as const;
  return {
    schema: 'filiation.tree/1',
    software: 'filiation 0.1.0',
    models: names.map((name, at) => ({
      id: name,
      name,
      digest: digest(at),
      ...(name.startsWith('base') ? { role: 'root' as const } : {}),
      summary: { family: 'llama', parameters: 1_261_056, dtype: 'F16' },
    })),
    edges: [
      {
        ...edge,
        parent: 'base_A',
        child: 'A_ft',
        kind: 'descent',
        distance: 0.21,
        status: 'confirmed',
        mechanisms: ['fine-tune'],
      },
      {
        ...edge,
        parent: 'base_A',
        child: 'A_ft2',
        kind: 'descent',
        distance: 0.24,
        mechanisms: ['fine-tune'],
        directed: false,
      },
      {
        ...edge,
        parent: 'base_A',
        child: 'A_lora',
        kind: 'descent',
        distance: 0.11,
        status: 'confirmed',
        mechanisms: ['low-rank'],
      },
      {
        ...edge,
        parent: 'base_A',
        child: 'A_q8',
        kind: 'descent',
        distance: 0.006,
        mechanisms: ['quantised'],
      },
      {
        ...edge,
        parent: 'A_ft',
        child: 'A_ft_laundered',
        kind: 'descent',
        distance: 0.008,
        log10P: -412,
        mechanisms: ['quantised', 'rotated', 'permuted'],
      },
      {
        ...edge,
        parent: 'A_ft',
        child: 'AB_merge',
        kind: 'merge',
        weight: 0.6,
        distance: 0.09,
        status: 'confirmed',
        mechanisms: ['merged'],
      },
      {
        ...edge,
        parent: 'A_ft2',
        child: 'AB_merge',
        kind: 'merge',
        weight: 0.4,
        distance: 0.13,
        status: 'confirmed',
        mechanisms: ['merged'],
      },
      {
        ...edge,
        parent: 'base_A',
        child: 'A_sameinit',
        kind: 'shared-initialisation',
        directed: false,
        distance: 0.94,
        log10P: -310,
        support: 'units keep their place in early layers only',
      },
      {
        ...edge,
        parent: 'base_B',
        child: 'B_instruct',
        kind: 'descent',
        distance: 0.18,
        mechanisms: ['fine-tune'],
      },
      {
        ...edge,
        parent: 'base_B',
        child: 'S_plain',
        kind: 'descent',
        distance: 1.37,
        log10P: -0.3,
        status: 'contradicted',
        support: 'units agree as chance gives',
      },
    ],
    claims: [
      { child: 'A_ft', parent: 'base_A', source: 'LINEAGE.json', status: 'confirmed', note: '' },
      { child: 'A_lora', parent: 'base_A', source: 'model card', status: 'confirmed', note: '' },
      {
        child: 'AB_merge',
        parent: 'A_ft',
        source: 'LINEAGE.json',
        status: 'confirmed',
        note: 'coefficient 0.6',
      },
      {
        child: 'S_plain',
        parent: 'base_B',
        source: 'model card',
        status: 'contradicted',
        note: 'no shared weights',
      },
      {
        child: 'B_instruct',
        parent: 'some-model-not-given',
        source: 'model card',
        status: 'claimed',
        note: 'not among the models',
      },
    ],
    groups: [
      ['base_A', 'A_ft', 'A_ft2', 'A_lora', 'A_q8', 'A_ft_laundered', 'AB_merge', 'A_sameinit'],
      ['base_B', 'B_instruct'],
      ['S_plain'],
    ],
    notes: ['Two pairs could not be tested for direction.'],
  };
}
