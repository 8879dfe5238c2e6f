import { memberOf, prepareBag, type SealMember, writeArchive } from '@filiation/evidence';
import { PAYLOAD_FOLDER, SEAL_FILE, utf8Bytes, utf8Text } from '@filiation/verify';
import { openBundleSource } from '@filiation/verify/node';
import { SOFTWARE } from '@filiation/weights';

/** Bytes of a finding document. */
const MAX_FINDING_BYTES = 64 * 2 ** 20;

/**
 * What a careful forger without keys would do: change one p-value in a finding and make all lists of
 * digests and the archive anew, so that everything but the signatures fits.
 */
export async function tamper(
  bundle: string,
  finding: string,
  from: string,
  to: string,
  out: string,
): Promise<void> {
  const source = await openBundleSource(bundle);
  try {
    const changed = `${PAYLOAD_FOLDER}findings/${finding}.json`;
    const text = utf8Text(await source.read(changed, MAX_FINDING_BYTES));
    const members: SealMember[] = source.members.map(({ path, size }) =>
      path === changed
        ? memberOf(path, utf8Bytes(text.replace(`"log10P":${from}`, `"log10P":${to}`)))
        : { path, size, open: () => source.stream(path) },
    );
    const kept = members.filter(
      ({ path }) => !/^(bagit|bag-info|manifest-sha256|tagmanifest-sha256)\.txt$/.test(path),
    );
    const bag = await prepareBag({
      payload: kept.filter(({ path }) => path.startsWith(PAYLOAD_FOLDER)),
      tags: kept.filter(({ path }) => !path.startsWith(PAYLOAD_FOLDER) && path !== SEAL_FILE),
      identifier: 'demo',
      agent: SOFTWARE,
      now: () => new Date(),
    });
    await writeArchive(out, [...bag.members, ...kept.filter(({ path }) => path === SEAL_FILE)]);
  } finally {
    await source.close();
  }
}
