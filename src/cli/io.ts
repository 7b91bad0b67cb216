import type { HandedFiles } from './inherited-descriptors.js';

/** Everything the outside world is to the commands; nothing below `src/cli` sees it whole. */
export interface CliIo {
  env: NodeJS.ProcessEnv;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Key files that were named by a descriptor, which is closed by now. */
  handed?: HandedFiles;
}
