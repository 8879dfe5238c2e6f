import { PAYLOAD_FOLDER } from '@filiation/verify';
import type { SealMember } from '../seal/archive-writer.ts';
import type { CrateMetadata } from '../seal/ro-crate.ts';
import type { CaseFolder } from './case-folder.ts';
import type { SealInput } from './seal.ts';

/** The case in the terms of RO-Crate: files, exhibits, parties, and each run as an action. */
export function crateOf(
  of: CaseFolder,
  members: readonly SealMember[],
  digests: ReadonlyMap<string, string>,
  input: Pick<SealInput, 'software' | 'now'>,
): CrateMetadata {
  const { state } = of;
  const opening = state.opening!.claim;
  const files = members.map(({ path, size }) => ({
    path: path.slice(PAYLOAD_FOLDER.length),
    size,
    sha256: digests.get(path)!,
  }));
  const held = new Set(files.map((file) => file.path));
  const [name, version = ''] = input.software.split(' ');
  return {
    name: opening.title,
    description: `${opening.propositions.h1} Against: ${opening.propositions.h2}`,
    datePublished: input.now().toISOString().slice(0, 10),
    license: 'For use in the case named here; no further licence is given.',
    identifier: opening.case,
    software: { name: name ?? input.software, version },
    parties: [...state.parties.values()].map((party) => ({
      id: party.id,
      name: party.name,
      kind: 'organization',
      description: `${party.side}; ${party.roles.join(', ')}`,
    })),
    files,
    exhibits: [...state.exhibits].map(([number, exhibit]) => ({
      number,
      name: exhibit.claim.name,
      sha256: exhibit.sha256,
      description: exhibit.claim.origin,
      files: files.map((file) => file.path).filter((path) => path.startsWith(`exhibits/${exhibit.sha256}/`)),
    })),
    actions: [...state.runs.values()].map((run) => ({
      number: run.run,
      name: `Run of plan ${run.start.claim.plan ?? 'none'}`,
      agent: run.start.claim.actor,
      startTime: run.start.claim.at,
      ...(run.end === undefined ? {} : { endTime: run.end.claim.at }),
      completed: run.end?.claim.step === 'end',
      object: [...new Set(run.findings.flatMap((finding) => exhibitsOf(of, finding)))],
      result: run.findings
        .map((finding) => `findings/${state.findings.get(finding)!.sha256}.json`)
        .filter((path) => held.has(path)),
    })),
  };
}

function exhibitsOf({ state }: CaseFolder, finding: string): string[] {
  const digests = new Set(state.findings.get(finding)!.exhibits);
  return [...state.exhibits].filter(([, exhibit]) => digests.has(exhibit.sha256)).map(([number]) => number);
}
