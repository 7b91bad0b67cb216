import type { CheckFlags } from './check-options.js';
import type { CliIo } from './io.js';
import { wantsInk } from './terminal.js';

/** Whether something is missing that no default can stand for. */
export function isIncomplete({ demo, endpoint, model }: CheckFlags, { env }: CliIo): boolean {
  return demo === undefined && (!(endpoint || env.CAB_ENDPOINT) || !(model || env.CAB_MODEL));
}

/** Whether the user can be asked: keys can be read, questions be seen, and no script waits for the result. */
export function mayAsk(flags: CheckFlags, io: CliIo): boolean {
  // `--key -` and the questions would read the same stdin.
  return !flags.json && flags.key !== '-' && Boolean(io.stdin.isTTY) && wantsInk(io);
}
