export { blobAccess, type SliceableBlob } from './blob-access.ts';
