import type { CommitmentRecord, ExhibitClaim } from '@filiation/verify';
import { FiliationError, nextNumber } from '@filiation/verify';
import type { DigestProgress } from '../io/tree-digest.ts';
import { type Actor, type CaseFolder, draft } from './case-folder.ts';
import { commitmentDraft } from './disclosures.ts';
import { copyExhibit, digestExhibit, type Intake } from './intake.ts';

export interface ExhibitInput {
  readonly path: string;
  readonly kind: ExhibitClaim['kind'];
  readonly name?: string;
  readonly origin: string;
  /** Party that holds it from now on; the actor where absent. */
  readonly custodian?: string;
  readonly handedOverBy: string;
  /** RFC 3339. */
  readonly receivedAt: string;
  /** Leave the bytes where they are; only the digest enters the case. */
  readonly reference?: boolean;
  /** Where others find a referenced exhibit: a URL or a description, never a path of this machine. */
  readonly location?: string;
  readonly notes?: string;
  /**
   * Commits to the parts under the number that the exhibit will have. The bytes then stay with the party:
   * only their digest and the commitment enter the case.
   */
  readonly commit?: (exhibit: string, intake: Intake) => Promise<CommitmentRecord>;
  readonly onProgress?: DigestProgress;
}

/** Digests an exhibit, takes a copy, logs its registration. Returns its number. */
export async function addExhibit(of: CaseFolder, actor: Actor, input: ExhibitInput): Promise<string> {
  const intake = await digestExhibit(input.path, input.onProgress);
  const known = [...of.state.exhibits].find(([, exhibit]) => exhibit.sha256 === intake.sha256);
  if (known !== undefined)
    throw new FiliationError('CONFLICT', `${input.path} is in the case already, as exhibit ${known[0]}`, {
      hint: 'record a new custodian with: filiation case custody',
    });
  if (!of.keepsLog && input.reference !== true && input.commit === undefined)
    throw new FiliationError('CONFLICT', 'a copy is taken by whoever keeps the log', {
      where: input.path,
      hint: 'hand the files over to be added there, or register them with --reference or --commit-only',
    });
  const exhibit = nextNumber(of.state, 'E');
  const record = await input.commit?.(exhibit, intake);
  const committed = record === undefined ? undefined : commitmentDraft(of, exhibit, record);
  const storage = record !== undefined ? 'committed' : input.reference === true ? 'reference' : 'copy';
  const name = input.name ?? intake.name;
  await of.add(
    actor,
    [
      draft('exhibit', [{ name, digest: { sha256: intake.sha256 } }], {
        exhibit,
        kind: input.kind,
        name,
        size: intake.size,
        files: intake.files,
        origin: input.origin,
        custodian: input.custodian ?? actor.party,
        handedOverBy: input.handedOverBy,
        receivedAt: input.receivedAt,
        storage,
        ...(input.location === undefined ? {} : { location: input.location }),
        ...(record === undefined ? {} : { commitment: record.root }),
        ...(input.notes === undefined ? {} : { notes: input.notes }),
      }),
      ...(committed === undefined ? [] : [committed.draft]),
    ],
    async () => {
      if (storage === 'copy') await copyExhibit(of.folder, input.path, intake);
      await committed?.store();
    },
  );
  return exhibit;
}
