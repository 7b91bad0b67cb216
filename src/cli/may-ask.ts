import type { CliIo } from './io.js';
import type { CheckFlags } from './options/check.js';
import { endpointOptions } from './options/endpoint.js';
import { wantsInk } from './terminal.js';

/** Whether something is missing that no default can stand for. */
export function isIncomplete({ demo, endpoint, model }: CheckFlags, { env }: CliIo): boolean {
  return (
    demo === undefined &&
    (!(endpoint || env[endpointOptions.endpoint.env]) || !(model || env[endpointOptions.model.env]))
  );
}

/** Whether the user can be asked: keys can be read, questions be seen, and no script waits for the result. */
export function mayAsk(flags: CheckFlags, io: CliIo): boolean {
  // `--key -` and the questions would read the same stdin.
  return !flags.json && flags.key !== '-' && Boolean(io.stdin.isTTY) && wantsInk(io);
}
