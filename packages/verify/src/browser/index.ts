export { blobAccess, type SliceableBlob } from './blob-access.ts';
export { type DroppedFile, droppedFolderSource } from './dropped-folder.ts';
export { browserPlatform } from './platform.ts';
