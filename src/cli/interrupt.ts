/** Ctrl-C, SIGTERM and SIGHUP, however they come. The third ends this process, whatever it waits for. */
export interface Interrupt {
  /** Aborted by the first: the agent is ended, what is there is graded and saved. */
  stop: AbortSignal;
  /** Aborted by the second, or by `fail` with the fault as its reason: everything is dropped. */
  quit: AbortSignal;
  /** As if the user had pressed Ctrl-C: for a screen that reads keys in raw mode, where no signal comes. */
  press(): void;
  /** This program cannot go on: everything is dropped, and the first fault is what `fault` returns. */
  fail(fault: Error): void;
  fault(): Error | null;
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Listens until disposed of. `onSignal` is told of every signal, and not of `press`. An error that nobody caught counts
 * as `fail`: the agent must not outlive it.
 */
export function listenForInterrupt(onSignal: () => void): Interrupt {
  const stop = new AbortController();
  const quit = new AbortController();
  let presses = 0;
  const press = () => {
    presses++;
    if (presses > 2) endNow();
    else (presses === 1 ? stop : quit).abort();
  };
  const signalled = () => {
    press();
    onSignal();
  };
  let fault: Error | null = null;
  const fail = (error: unknown) => {
    fault ??= error instanceof Error ? error : new Error(String(error));
    quit.abort(fault);
  };
  const dispose = () => {
    process.off('uncaughtException', fail);
    for (const signal of SIGNALS) process.off(signal, signalled);
  };
  /** Not by `process.exit`, which waits for files that the system has not opened yet. The next run clears away the rest. */
  const endNow = () => {
    dispose();
    process.kill(process.pid, 'SIGINT');
  };
  for (const signal of SIGNALS) process.on(signal, signalled);
  process.on('uncaughtException', fail);
  return {
    stop: stop.signal,
    quit: quit.signal,
    press,
    fail,
    fault: () => fault,
    dispose,
  };
}
