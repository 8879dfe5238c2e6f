export { archivedSizes } from './archive.ts';
export { type FsckOptions, type FsckReport, fsck } from './fsck.ts';
export { type Appended, createLog, Log, type LogOptions, openLog, readLog } from './log.ts';
export { type LogHead, LogReader } from './log-reader.ts';
