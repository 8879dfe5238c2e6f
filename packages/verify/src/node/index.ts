export { painted } from './cli.ts';
export { fileAccess } from './file-access.ts';
export { folderSource } from './folder-source.ts';
export { openBundleSource } from './open-bundle.ts';
export { nodePlatform } from './platform.ts';
export { type ReaderFiles, readReaderFiles, type VerifyProgress, verifyFile } from './verify-file.ts';
