import { FiliationError } from '@filiation/evidence';

/** Where exhibits lie on this machine: `E1=PATH`, each. @throws FiliationError USAGE */
export function parsePlaces(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const match = /^(E[1-9][0-9]*)=(.+)$/s.exec(text);
      if (match === null)
        throw new FiliationError('USAGE', `cannot read the place ${JSON.stringify(text)}`, {
          hint: 'write E1=PATH',
        });
      return [match[1]!, match[2]!];
    }),
  );
}
