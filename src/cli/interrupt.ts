/** Ctrl-C, SIGTERM and SIGHUP, however they come. */
export interface Interrupt {
  /** Aborted by the first: the agent is ended, what is there is graded and saved. */
  stop: AbortSignal;
  /** Aborted by the second: everything is dropped. */
  quit: AbortSignal;
  /** As if the user had pressed Ctrl-C: for a screen that reads keys in raw mode, where no signal comes. */
  press(): void;
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens until disposed of. `onSignal` is told of every signal, and not of `press`. */
export function listenForInterrupt(onSignal: () => void): Interrupt {
  const stop = new AbortController();
  const quit = new AbortController();
  const press = () => (stop.signal.aborted ? quit : stop).abort();
  const signalled = () => {
    press();
    onSignal();
  };
  for (const signal of SIGNALS) process.on(signal, signalled);
  return {
    stop: stop.signal,
    quit: quit.signal,
    press,
    dispose: () => {
      for (const signal of SIGNALS) process.off(signal, signalled);
    },
  };
}
