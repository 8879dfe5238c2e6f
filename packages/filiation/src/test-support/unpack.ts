import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openBundleSource } from '@filiation/verify/node';

/** Unpacks a sealed bundle into a new folder. */
export async function unpack(archive: string, folder: string): Promise<void> {
  const source = await openBundleSource(archive);
  try {
    for (const { path, size } of source.members) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), await source.read(path, size));
    }
  } finally {
    await source.close();
  }
}
