import { styleText } from 'node:util';
import type { InspectedTensor, Inspection, RoleSummary } from '@filiation/weights';
import { printable, shorten } from './printable.ts';

export interface InspectTextOptions {
  /** Columns of the terminal; at least 40 are used. */
  readonly width: number;
  readonly colour: boolean;
  /** List every tensor and every leftover instead of one line a role. */
  readonly tensors?: boolean;
}

/** Leftovers and complaints shown where the whole is to fit a screen. */
const FEW = 8;
/** Width of the labels on the left. */
const LABEL = 11;

type Style = 'bold' | 'dim' | 'yellow';
type Paint = (style: Style, text: string) => string;

/** What a model is, on one screen. */
export function renderInspection(inspection: Inspection, options: InspectTextOptions): string {
  const width = Math.max(40, options.width);
  const paint: Paint = (style, text) =>
    options.colour ? styleText(style, text, { validateStream: false }) : text;
  const { totals } = inspection;
  const size = `${inspection.format}, ${count(totals.parameters)} parameters in ${plural(totals.tensors, 'tensor')}, ${bytes(totals.bytes)}`;
  const sections = [
    [
      paint('bold', shorten(printable(inspection.name), width)),
      size,
      paint('dim', printable(inspection.digest)),
    ],
    labelled('shape', wrap(shapeText(inspection), width - LABEL)),
    labelled('numbers', wrap(dtypeText(inspection), width - LABEL)),
    labelled('tokenizer', wrap(tokenizerText(inspection), width - LABEL)),
    claimLines(inspection, width),
    options.tensors === true ? tensorTable(inspection.tensors) : roleTable(inspection.roles),
    leftovers(inspection, options.tensors === true ? Number.POSITIVE_INFINITY : FEW),
    oddityLines(inspection, width, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function shapeText({ architecture: a, roles }: Inspection): string {
  if (roles.length === 0) return 'no tensor has a name known here; tests that need no roles still run';
  const heads =
    a.heads === undefined
      ? 'number of heads unknown'
      : a.keyValueHeads === a.heads || a.keyValueHeads === undefined
        ? `${plural(a.heads, 'head')} of ${a.headSize}`
        : `${a.heads} query heads on ${plural(a.keyValueHeads, 'key/value head')} of ${a.headSize}`;
  const mlp = a.mlpSize === undefined ? '' : `${a.gatedMlp ? 'gated MLP' : 'MLP'} of ${a.mlpSize}`;
  const parts = [
    `${a.family}: ${plural(a.layers, 'layer')}`,
    `${a.hiddenSize} wide`,
    heads,
    a.experts > 0 ? `${a.experts} experts, each a ${mlp}` : mlp,
    `vocabulary of ${a.vocabularySize}`,
    a.tiedHead ? 'head tied to the embedding' : 'separate head',
    a.norm === 'unknown' ? 'norm unknown' : a.norm === 'rms' ? 'RMS norm' : 'layer norm',
    a.positions === 'none' ? 'no positions' : `${a.positions} positions`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function dtypeText({ dtypes }: Inspection): string {
  return dtypes
    .map(
      ({ dtype, tensors, parameters }) =>
        `${printable(dtype)} (${plural(tensors, 'tensor')}, ${count(parameters)})`,
    )
    .join(', ');
}

function tokenizerText({ tokenizer: t }: Inspection): string {
  if (t === undefined) return 'none found';
  const parts = [
    `${t.kind}, ${plural(t.tokens, 'token')}`,
    t.merges === 0 ? '' : plural(t.merges, 'merge'),
    `${t.added} added (${t.special} special)`,
    `vocabulary ${t.vocabularyDigest}`,
    t.mergesDigest === undefined ? '' : `merges ${t.mergesDigest}`,
    t.chatTemplateDigest === undefined ? 'no chat template' : `chat template ${t.chatTemplateDigest}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function claimLines({ claims }: Inspection, width: number): string[] {
  if (claims === undefined) return [];
  const how = claims.relation === undefined ? '' : ` (${claims.relation})`;
  return labelled(
    'claims',
    wrap(printable(`to come from ${claims.baseModels.join(', ')}${how}`), width - LABEL),
  );
}

function roleTable(roles: readonly RoleSummary[]): string[] {
  if (roles.length === 0) return [];
  return table(
    ['role', 'layers', 'experts', 'shape', 'stored as'],
    roles.map((role) => [
      role.biases > 0 ? `${role.role} + bias` : role.role,
      role.layers === 0 ? '' : String(role.layers),
      role.experts === 0 ? '' : String(role.experts),
      role.shapes.slice(0, 2).join(' ') + (role.shapes.length > 2 ? ` +${role.shapes.length - 2}` : ''),
      printable(role.dtypes.join(' ')),
    ]),
  );
}

function tensorTable(tensors: readonly InspectedTensor[]): string[] {
  return table(
    ['role', 'layer', 'expert', 'shape', 'stored as', 'from'],
    tensors.map((tensor) => [
      tensor.bias ? `${tensor.role} bias` : tensor.role,
      tensor.layer === undefined ? '' : String(tensor.layer),
      tensor.expert === undefined ? '' : String(tensor.expert),
      `${tensor.rows}×${tensor.columns}`,
      printable(tensor.dtype),
      printable(tensor.origin),
    ]),
  );
}

function leftovers({ unassigned }: Inspection, most: number): string[] {
  if (unassigned.length === 0) return [];
  const shown = unassigned
    .slice(0, most)
    .map(({ name, dtype, shape }) => `  ${printable(name)}  ${shape.join('×')} ${printable(dtype)}`);
  const rest = unassigned.length - shown.length;
  return [
    `${plural(unassigned.length, 'tensor')} without a role`,
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more (--tensors lists them)`] : []),
  ];
}

function oddityLines({ oddities }: Inspection, width: number, paint: Paint): string[] {
  return oddities.flatMap(({ severity, text }) => {
    const lines = wrap(printable(text), width - LABEL);
    const label = severity.padEnd(LABEL);
    const head = severity === 'warning' ? paint('yellow', label) : label;
    return lines.map((line, i) => (i === 0 ? head : ' '.repeat(LABEL)) + line);
  });
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => (i === 0 ? label.padEnd(LABEL) : ' '.repeat(LABEL)) + line);
}

/** Columns as wide as their widest cell; the last is not padded. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const used = head.map((_, column) => column).filter((column) => rows.some((row) => row[column] !== ''));
  const widths = used.map((column) =>
    rows.reduce((most, row) => Math.max(most, row[column]!.length), head[column]!.length),
  );
  return [head, ...rows].map((row) =>
    used
      .map((column, i) => (i === used.length - 1 ? row[column]! : row[column]!.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

/** 1.2 million, 7.2 billion. */
function count(n: number): string {
  if (n >= 1e9) return `${(n / 1e9).toPrecision(3)} billion`;
  if (n >= 1e6) return `${(n / 1e6).toPrecision(3)} million`;
  return String(n);
}

function bytes(n: number): string {
  if (n >= 1e9) return `${(n / 1e9).toPrecision(3)} GB`;
  if (n >= 1e6) return `${(n / 1e6).toPrecision(3)} MB`;
  return n >= 1000 ? `${(n / 1000).toPrecision(3)} kB` : `${n} bytes`;
}
