import type { JsonObject } from '@filiation/evidence';

export interface TreeModel {
  /** Unique in the tree: the key that edges, claims and groups use. */
  readonly id: string;
  readonly name: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** `root`: the model the others of its group descend from. Absent where nothing is known. */
  readonly role?: 'root' | 'member' | 'single';
  /** Facts for display: family, parameters, layers, dtypes. */
  readonly summary?: JsonObject;
}

/** `identical` and `shared-initialisation` join two models without one being the other's parent. */
export type TreeEdgeKind = 'descent' | 'merge' | 'shared-initialisation' | 'identical';

/** How an edge stands to what somebody claims: `silent` is found by the data and claimed by nobody,
 *  `claimed` is claimed and neither borne out nor refuted, `contradicted` is claimed and refuted. */
export type ClaimStatus = 'claimed' | 'confirmed' | 'contradicted' | 'silent';

export interface TreeEdge {
  /** Id of a model. Where the edge is undirected, `parent` and `child` only name its two ends. */
  readonly parent: string;
  readonly child: string;
  readonly kind: TreeEdgeKind;
  /** Whether the data (or a confirmed claim) say which end came first. */
  readonly directed: boolean;
  /** Merge coefficient of this parent, for merges. */
  readonly weight?: number;
  /** Relative L2 distance of the child's weights from the parent's, after alignment. */
  readonly distance: number;
  /** Holm-adjusted log10 p of the pair; absent where nothing was testable. */
  readonly log10P?: number;
  readonly status: ClaimStatus;
  /** Names of mechanisms: `fine-tune`, `low-rank`, `quantised` … */
  readonly mechanisms: readonly string[];
  /** One plain sentence: what the edge rests on. */
  readonly support: string;
}

/** Parentage as somebody states it: a model card, a LINEAGE file, a party's pleading. */
export interface TreeClaim {
  readonly child: string;
  /** Id of a model in the tree, or the name claimed where it is not in the tree; absent where the claim is
   *  that the model was trained from scratch. */
  readonly parent?: string;
  /** Where the claim stands. */
  readonly source: string;
  readonly status: 'claimed' | 'confirmed' | 'contradicted';
  readonly note: string;
}

/** Who descends from whom among many models, as one plain JSON document. */
export interface LineageTree {
  readonly schema: 'filiation.tree/1';
  readonly software: string;
  readonly models: readonly TreeModel[];
  readonly edges: readonly TreeEdge[];
  readonly claims: readonly TreeClaim[];
  /** Connected families of model ids; a model related to none stands alone in its group. */
  readonly groups: readonly (readonly string[])[];
  /** What a reader must be told: pairs not testable, directions undetermined. */
  readonly notes: readonly string[];
}
