/** Counts Ctrl-C, SIGTERM and SIGHUP. The third one ends this process at once. */
export interface Interrupt {
  /** Aborted by the first: the agent is stopped, its work is graded and saved. */
  stop: AbortSignal;
  /** Aborted by the second, or by `fail` with the error as reason: everything is dropped. */
  quit: AbortSignal;
  /** Counts a Ctrl-C that the screen has read: a terminal in raw mode sends no signal. */
  press(): void;
  /** Drops everything because of an error of this program. `fault` returns the first error. */
  fail(fault: Error): void;
  fault(): Error | null;
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Listens until `dispose`. `onSignal` is called for every signal, but not for `press`. An uncaught error counts as `fail`,
 * so that the agent is stopped.
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
  const onProcessSignal = () => {
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
    for (const signal of SIGNALS) process.off(signal, onProcessSignal);
  };
  /** `process.exit` would wait for files that are being opened. The next run removes what is left. */
  const endNow = () => {
    dispose();
    process.kill(process.pid, 'SIGINT');
  };
  for (const signal of SIGNALS) process.on(signal, onProcessSignal);
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
