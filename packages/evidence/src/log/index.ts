export { type FsckOptions, type FsckReport, fsck } from './fsck.ts';
export { createLog, type LogOptions, openLog, readLog } from './log.ts';
export { type LogHead, LogReader } from './log-reader.ts';
export { checkSight, visitLog } from './sight.ts';
export {
  openWitness,
  Witness,
  type WitnessAnswer,
  type WitnessOptions,
  witnessKey,
} from './witness.ts';
export { submitToWitness, type WitnessEndpoint } from './witness-client.ts';
export { exportWitnessRequest, type ImportedCosignature, importCosignature } from './witness-exchange.ts';
export { type HeldCheckpoint, judgeRequest, type WitnessVerdict } from './witness-judge.ts';
export { formatWitnessRequest, parseWitnessRequest, type WitnessRequest } from './witness-request.ts';
export { serveWitness, type WitnessServer, type WitnessServerOptions } from './witness-server.ts';
export { readSeen, type SeenCheckpoint, type SeenCheckpoints, writeSeen } from './witness-state.ts';
export { type Appended, Log } from './writable-log.ts';
