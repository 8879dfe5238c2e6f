/** Figures travel as data; views draw them. Every figure says what is shown and in which unit. */
interface FigureBase {
  readonly id: string;
  readonly title: string;
  /** One or two sentences that tell a reader what to look for. */
  readonly caption: string;
}

/** Cells coloured by value; `null` is "not measured". */
export interface HeatMapFigure extends FigureBase {
  readonly kind: 'heat-map';
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
  readonly unit: string;
  readonly domain: readonly [low: number, high: number];
}

/** Observed counts, one a layer or block, against the count expected if the models were independent. */
export interface CountsAgainstNullFigure extends FigureBase {
  readonly kind: 'counts-against-null';
  readonly unit: string;
  /** Largest count possible for an observation is `of`. */
  readonly observed: readonly { readonly label: string; readonly count: number; readonly of: number }[];
  /** `probability` of each count under the null for one layer. */
  readonly nullProbability: readonly { readonly count: number; readonly probability: number }[];
}

/** One value of the pair beside the values of other pairs. */
export interface DistributionFigure extends FigureBase {
  readonly kind: 'distribution';
  readonly unit: string;
  readonly observed: number;
  readonly groups: readonly { readonly label: string; readonly values: readonly number[] }[];
}

/** Descending series (singular values, sorted deltas), each with an optional noise floor. */
export interface SpectrumFigure extends FigureBase {
  readonly kind: 'spectrum';
  readonly unit: string;
  readonly logScale: boolean;
  readonly series: readonly {
    readonly label: string;
    readonly values: readonly number[];
    readonly floor?: number;
  }[];
}

/** Sorted p-values against uniform quantiles; both in [0, 1]. */
export interface QuantileFigure extends FigureBase {
  readonly kind: 'quantile-quantile';
  readonly series: readonly { readonly label: string; readonly values: readonly number[] }[];
}

export interface TableFigure extends FigureBase {
  readonly kind: 'table';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export type FigureData =
  | HeatMapFigure
  | CountsAgainstNullFigure
  | DistributionFigure
  | SpectrumFigure
  | QuantileFigure
  | TableFigure;
