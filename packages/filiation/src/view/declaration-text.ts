import type { ModelDeclaration } from '@filiation/evidence';
import { printable, shorten } from './printable.ts';
import { painter } from './terminal.ts';
import { statementWords } from './tree/words.ts';

export interface DeclarationTextOptions {
  readonly colour: boolean;
  /** Files that were written. */
  readonly written: readonly string[];
  /** The exhibit it was logged about, in a case. */
  readonly exhibit?: string;
}

const HEADING = 12;
const MOST = 12;

const COMPLETENESS = {
  complete: 'complete: no other ancestor, it is stated',
  partial: 'there may be more that are not named',
  none: 'no ancestor: trained from scratch, it is stated',
} as const;

/** A declaration on one screen. Ends with a line break. */
export function declarationText(declaration: ModelDeclaration, options: DeclarationTextOptions): string {
  const { model, ancestors, completeness, basis, sources, written } = { ...declaration, ...options };
  const paint = painter(options.colour);
  const lines = (heading: string, entries: readonly string[]): string[] =>
    entries.map((entry, at) => paint('dim', (at === 0 ? heading : '').padEnd(HEADING)) + printable(entry));
  return `${[
    paint('bold', `Claimed of ${shorten(printable(model.name), 60)}, and not tested`),
    ...lines('Ancestors', [
      ...ancestors
        .slice(0, MOST)
        .map(({ name, relation }) => statementWords({ ancestor: name, relation, source: '' })),
      ...(ancestors.length > MOST ? [`and ${ancestors.length - MOST} more`] : []),
      COMPLETENESS[completeness],
    ]),
    ...lines('Basis', [basis === 'party' ? 'stated here' : sources.map((source) => source.name).join(', ')]),
    ...lines('Model', model.sha256 === undefined ? [] : [`sha256:${model.sha256}`]),
    ...lines('Written', written),
    ...lines('Logged', options.exhibit === undefined ? [] : [`about exhibit ${options.exhibit}`]),
  ].join('\n')}\n`;
}
