import type { DroppedFile } from '../browser/dropped-folder.ts';

/** What was chosen or dropped: one archive, or the files of a folder. */
export type Picked =
  | { readonly kind: 'archive'; readonly file: File }
  | { readonly kind: 'folder'; readonly files: readonly DroppedFile[] };

export function pickedFolder(files: FileList): Picked {
  return {
    kind: 'folder',
    files: [...files].map((file) => ({ path: file.webkitRelativePath, blob: file })),
  };
}

/** One file, or one folder with all below it; undefined where nothing of the kind was dropped. */
export async function pickedDrop(data: DataTransfer): Promise<Picked | undefined> {
  const entry = data.items[0]?.webkitGetAsEntry() ?? undefined;
  const file = data.files[0];
  if (entry?.isDirectory === true) {
    const files: DroppedFile[] = [];
    await collect(entry as FileSystemDirectoryEntry, entry.name, files);
    return { kind: 'folder', files };
  }
  return file === undefined ? undefined : { kind: 'archive', file };
}

async function collect(folder: FileSystemDirectoryEntry, path: string, files: DroppedFile[]): Promise<void> {
  const reader = folder.createReader();
  // A reader gives at most a hundred names at a time.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return;
    for (const entry of entries) {
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory) await collect(entry as FileSystemDirectoryEntry, below, files);
      else {
        const blob = await new Promise<File>((resolve, reject) =>
          (entry as FileSystemFileEntry).file(resolve, reject),
        );
        files.push({ path: below, blob });
      }
    }
  }
}
