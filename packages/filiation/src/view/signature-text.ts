import type { ModelSignatureReport, ModelSigner, SignedModel } from '@filiation/evidence';
import { byteCount, grouped } from './html/format.ts';
import { printable, shorten } from './printable.ts';
import { painter, wrapped } from './terminal.ts';

export interface SignatureTextOptions {
  readonly width: number;
  readonly colour: boolean;
}

const HEADING = 12;
const MOST_FILES = 12;
const MOST_NAME = 70;

const PROBLEMS = {
  changed: 'has other bytes than were signed',
  missing: 'was signed and is not there',
  unsigned: 'is there and was not signed',
  link: 'is a symbolic link, and the signature allows none',
  'not-a-file': 'is no regular file',
} as const;

/** A verified (or not fully verified) signature on one screen. Ends with a line break. */
export function signatureText(report: ModelSignatureReport, options: SignatureTextOptions): string {
  const { files } = report;
  const count = `${grouped(files.unchanged)} ${files.unchanged === 1 ? 'file' : 'files'}`;
  return screen(options, [
    report.verdict === 'verified'
      ? `Verified: the signature is genuine, and ${count} (${byteCount(files.bytes)}) ${files.unchanged === 1 ? 'is' : 'are'} as signed`
      : 'Not as signed: the signature is genuine, but the files are not those signed',
    ['Signer', [signerText(report.signer)]],
    ['Strength', [report.strength === 'standard' ? 'standard form' : 'legacy form, weaker']],
    ['Time', report.times.map((time) => `${time.at}, by ${time.kind.replace('-', ' ')}`)],
    ['Files', fileLines(report)],
    ['Root', report.root === undefined ? [] : [`sha256:${report.root} (digests alone; names are not in it)`]],
    ['Remarks', report.remarks],
  ]);
}

export function signedText(signed: SignedModel, options: SignatureTextOptions): string {
  return screen(options, [
    `Signed: ${grouped(signed.files)} ${signed.files === 1 ? 'file' : 'files'} (${byteCount(signed.bytes)})`,
    ['Signature', [signed.path]],
    ['Key', [`sha256:${signed.fingerprint}`]],
    ['Root', [`sha256:${signed.root}`]],
  ]);
}

function signerText(signer: ModelSigner): string {
  if (signer.kind === 'key') return `the key sha256:${signer.fingerprint}`;
  if (signer.kind === 'keyless') return `${signer.identity}, vouched for by ${signer.issuer}`;
  return `${signer.subject}, certified by ${signer.issuer} (certificate sha256:${signer.certificate})`;
}

function fileLines({ files }: ModelSignatureReport): string[] {
  const { differences, notCovered } = files;
  const name = (path: string): string => shorten(printable(path), MOST_NAME);
  return [
    ...differences.slice(0, MOST_FILES).map(({ path, problem }) => `✗ ${name(path)} ${PROBLEMS[problem]}`),
    ...more(differences.length - MOST_FILES),
    ...notCovered.slice(0, MOST_FILES).map((path) => `○ ${name(path)} is not covered`),
    ...more(notCovered.length - MOST_FILES),
  ];
}

function more(count: number): string[] {
  return count > 0 ? [`and ${grouped(count)} more`] : [];
}

type Block = readonly [heading: string, entries: readonly string[]];

function screen(options: SignatureTextOptions, [title, ...blocks]: readonly [string, ...Block[]]): string {
  const paint = painter(options.colour);
  const width = Math.max(60, options.width) - HEADING;
  const lines = blocks.flatMap(([heading, entries]) =>
    entries
      .flatMap((entry) => wrapped(printable(entry), width, 4))
      .map((line, at) => (at === 0 ? paint('dim', heading.padEnd(HEADING)) : ' '.repeat(HEADING)) + line),
  );
  return `${[paint('bold', title), ...lines].join('\n')}\n`;
}
