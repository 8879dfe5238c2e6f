import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Names of Chromium and its relatives, in the order they are looked for. */
const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];
/** Where systems put them that are not in the search path. */
const PLACES = [
  '/usr/bin',
  '/usr/local/bin',
  '/snap/bin',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];
/** Names the browser to use; a whole path, or a name in the search path. */
export const BROWSER_VARIABLE = 'FILIATION_CHROMIUM';

/** The first browser that can be run, or undefined. A named one that cannot be run is not replaced. */
export async function findBrowser(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const named = environment[BROWSER_VARIABLE];
  const folders = [...(environment.PATH ?? '').split(delimiter), ...PLACES].filter(isAbsolute);
  const inFolders = (name: string): string[] => folders.map((folder) => join(folder, name));
  const candidates =
    named !== undefined && named !== ''
      ? isAbsolute(named)
        ? [named]
        : inFolders(named)
      : [...NAMES.flatMap(inFolders), ...PLACES.slice(3)];
  for (const candidate of candidates) if (await executable(candidate)) return candidate;
  return undefined;
}

async function executable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
