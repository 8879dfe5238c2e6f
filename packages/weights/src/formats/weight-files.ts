/** How the weights of a folder are stored. */
export type WeightLayout =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'index'; readonly file: string; readonly format: 'safetensors' | 'pytorch' }
  /** Numbered safetensors shards without an index; `files` names every number, there or not. */
  | { readonly kind: 'numbered'; readonly files: readonly string[] }
  | { readonly kind: 'none' }
  /** Several files, none of which is the obvious one. */
  | { readonly kind: 'ambiguous'; readonly files: readonly string[] };

export interface WeightChoice {
  readonly layout: WeightLayout;
  /** Other weight files of the folder, which are not read. */
  readonly passedOver: readonly string[];
  /** The only weights are those of an adapter (LoRA and the like): a difference, not a model. */
  readonly adapterOnly: boolean;
}

/** Files that training leaves beside a model and that hold no model. */
const TRAINING_STATE = /^(?:training_args|optimizer|scheduler|scaler|rng_state.*)\.(?:bin|pt|pth)$/;
const ADAPTER = /^adapter_model\.(?:safetensors|bin)$/;
const PYTORCH = /\.(?:bin|pt|pth|ckpt)$/;
const NUMBERED = /^(.*)-(\d{5})-of-(\d{5})\.(safetensors|gguf|bin)$/s;
/** A set of numbered files larger than this is no model. */
const MAX_NUMBERED = 4096;

/**
 * Chooses the weights of a folder from its file names, as common loaders do: the safetensors file,
 * then its index, then numbered shards, then PyTorch, then GGUF.
 */
export function chooseWeights(names: readonly string[]): WeightChoice {
  const weights = names.filter(isWeightFile).sort();
  const models = weights.filter((name) => !ADAPTER.test(name));
  const adapterOnly = models.length === 0 && weights.length > 0;
  const layout = chooseLayout(adapterOnly ? weights : models);
  const used = usedFiles(layout);
  const passedOver = weights.filter((name) => !used(name));
  return { layout, passedOver, adapterOnly };
}

function isWeightFile(name: string): boolean {
  if (TRAINING_STATE.test(name)) return false;
  return (
    /\.(?:safetensors|gguf)(?:\.index\.json)?$/.test(name) ||
    /\.bin\.index\.json$/.test(name) ||
    PYTORCH.test(name)
  );
}

function chooseLayout(names: readonly string[]): WeightLayout {
  const safetensors = names.filter((name) => name.endsWith('.safetensors'));
  const pytorch = names.filter((name) => PYTORCH.test(name));
  const gguf = names.filter((name) => name.endsWith('.gguf'));
  return (
    main(safetensors, 'model.safetensors') ??
    index(names, '.safetensors.index.json', 'safetensors') ??
    numbered(safetensors) ??
    only(safetensors) ??
    main(pytorch, 'pytorch_model.bin') ??
    index(names, '.bin.index.json', 'pytorch') ??
    only(pytorch) ??
    firstPart(gguf) ??
    only(gguf) ?? { kind: 'none' }
  );
}

function main(names: readonly string[], file: string): WeightLayout | undefined {
  return names.includes(file) ? { kind: 'file', file } : undefined;
}

function index(
  names: readonly string[],
  ending: string,
  format: 'safetensors' | 'pytorch',
): WeightLayout | undefined {
  const found = names.filter((name) => name.endsWith(ending));
  const file = found.find((name) => /^(?:model|pytorch_model)\./.test(name)) ?? found[0];
  return file === undefined ? undefined : { kind: 'index', file, format };
}

function numbered(names: readonly string[]): WeightLayout | undefined {
  const sets = new Set(
    names.map((name) => NUMBERED.exec(name)).map((m) => (m ? `${m[1]}/${m[3]}` : undefined)),
  );
  const [set] = sets;
  const parts = NUMBERED.exec(names[0] ?? '');
  if (sets.size !== 1 || set === undefined || parts === null) return undefined;
  const count = Number(parts[3]);
  if (count < 1 || count > MAX_NUMBERED) return undefined;
  const number = (i: number): string => String(i + 1).padStart(5, '0');
  const files = Array.from(
    { length: count },
    (_, i) => `${parts[1]}-${number(i)}-of-${parts[3]}.${parts[4]}`,
  );
  return { kind: 'numbered', files };
}

function firstPart(names: readonly string[]): WeightLayout | undefined {
  const set = numbered(names);
  return set?.kind === 'numbered' ? { kind: 'file', file: names[0]! } : undefined;
}

function only(names: readonly string[]): WeightLayout | undefined {
  if (names.length === 0) return undefined;
  return names.length === 1 ? { kind: 'file', file: names[0]! } : { kind: 'ambiguous', files: names };
}

/** Whether a file is read under a layout; an index vouches for the numbered files of its own format. */
function usedFiles(layout: WeightLayout): (name: string) => boolean {
  if (layout.kind === 'file') {
    const set = NUMBERED.exec(layout.file)?.[1];
    return (name) => name === layout.file || (set !== undefined && NUMBERED.exec(name)?.[1] === set);
  }
  if (layout.kind === 'index') {
    const ending = layout.format === 'safetensors' ? '.safetensors' : '.bin';
    return (name) => name === layout.file || (name.endsWith(ending) && NUMBERED.test(name));
  }
  if (layout.kind === 'none') return () => false;
  return (name) => layout.files.includes(name);
}
