import type { FiliationError } from '../error.ts';

/** What an error says, as the detail of a check: without the part, which the check names, and so that it
 *  reads on from "it". */
export function detailOf({ message, where }: FiliationError): string {
  const start = `${where}: `;
  const text = message.startsWith(start) ? message.slice(start.length) : message;
  return text.startsWith('it ') ? text.slice('it '.length) : `does not stand: ${text}`;
}
