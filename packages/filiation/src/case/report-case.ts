import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Actor,
  type CaseFolder,
  type CaseReportInput,
  draft,
  prepareBytes,
  writeWholeFile,
} from '@filiation/evidence';
import { nextNumber, utf8Bytes } from '@filiation/verify';
import { printPdf } from '../io/pdf.ts';
import { caseReportPage } from '../view/report/case-report-page.ts';
import { type ReportRequest, reportInput } from './report-input.ts';

export interface IssueReport extends Omit<ReportRequest, 'number'> {
  /** Where a copy of the page goes, besides the case. */
  readonly out?: string;
  /** Where a copy of the PDF goes; none is made where absent. */
  readonly pdf?: string;
}

export interface IssuedReport {
  readonly input: CaseReportInput;
  /** Numbers of what was logged: the page, then the PDF. */
  readonly reports: readonly { readonly number: string; readonly path: string }[];
}

/** Makes the report of the case as it stands, keeps it among the documents, and logs that it was issued. */
export async function issueReport(of: CaseFolder, actor: Actor, request: IssueReport): Promise<IssuedReport> {
  const number = nextNumber(of.state, 'T');
  const input = await reportInput(of, { ...request, number });
  const page = caseReportPage(input);
  const reports = [await log(of, actor, request.author, number, 'html', utf8Bytes(page))];
  if (request.out !== undefined) await writeWholeFile(request.out, page);
  if (request.pdf !== undefined) {
    await printPdf(page, request.pdf, input.createdAt);
    reports.push(
      await log(of, actor, request.author, nextNumber(of.state, 'T'), 'pdf', await readFile(request.pdf)),
    );
  }
  return { input, reports };
}

async function log(
  of: CaseFolder,
  actor: Actor,
  author: string,
  report: string,
  format: 'html' | 'pdf',
  bytes: Uint8Array,
): Promise<{ readonly number: string; readonly path: string }> {
  const { subject, store } = prepareBytes(of.folder, 'reports', bytes, format);
  await of.add(actor, [draft('report', [subject], { report, author, format })], store);
  return { number: report, path: join(of.folder, subject.name) };
}
