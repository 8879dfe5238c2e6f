import { readFile } from 'node:fs/promises';
import {
  compareSketches,
  FiliationError,
  fileError,
  type JsonValue,
  type SketchComparison,
  type SketchDocument,
} from '@filiation/evidence';
import { MAX_DOCUMENT_BYTES, parseJson, SKETCH_SCHEMA, schemaFaults, sketchFaults } from '@filiation/verify';
import { Command } from 'commander';

/** Tensors listed for people, the nearest first; all are in the JSON. */
const LISTED = 10;

export function sketchCompareCommand(): Command {
  return new Command('sketch-compare')
    .description('Compare two sketches that were drawn with one joint seed; descriptive, without error rates')
    .argument('<a>', 'sketch of one model: disclosure/….json')
    .argument('<b>', 'sketch of the other')
    .option('--json', 'print one JSON document on stdout')
    .action(async (a: string, b: string, options: { readonly json?: boolean }) => {
      const comparison = compareSketches(await readSketch(a), await readSketch(b));
      process.stdout.write(
        options.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : textOf(comparison),
      );
    });
}

async function readSketch(path: string): Promise<SketchDocument> {
  let value: JsonValue;
  try {
    value = parseJson(await readFile(path), { limit: MAX_DOCUMENT_BYTES, where: path });
  } catch (cause) {
    throw fileError(path, cause);
  }
  const [form] = schemaFaults(SKETCH_SCHEMA, value);
  const fault =
    form === undefined
      ? sketchFaults(value as unknown as SketchDocument)[0]
      : `at ${form.pointer} ${form.message}`;
  if (fault === undefined) return value as unknown as SketchDocument;
  throw new FiliationError('MALFORMED', `${path} is no sketch: ${fault}`, {
    where: path,
    hint: 'name the documents that filiation case disclose sketch wrote',
  });
}

function textOf({ tensors, medianDistance, medianCosine, notCompared, meaning }: SketchComparison): string {
  const near = [...tensors].sort((p, q) => p.distance - q.distance).slice(0, LISTED);
  const rows = near.map(
    ({ name, distance, distanceError, cosine, cosineError }) =>
      `  ${name.padEnd(32)} distance ${distance.toFixed(3)} ± ${(distance * distanceError).toFixed(3)}   cosine ${cosine.toFixed(3)} ± ${cosineError.toFixed(3)}`,
  );
  const more = tensors.length > near.length ? [`  … and ${tensors.length - near.length} more`] : [];
  const left =
    notCompared.length === 0 ? [] : [`Not compared: ${notCompared.length} tensors that only one side has.`];
  return `${[
    `Median over ${tensors.length} tensors: distance ${medianDistance.toFixed(3)}, cosine ${medianCosine.toFixed(3)}`,
    ...rows,
    ...more,
    ...left,
    '',
    meaning,
  ].join('\n')}\n`;
}
