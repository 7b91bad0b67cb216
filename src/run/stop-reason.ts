import type { LimitName } from '../model/causes.js';
import type { StopReason } from '../model/record.js';
import type { RunState } from '../model/run-state.js';

/** Why the run ended. Says nothing about its verdict. */
export function stopReasonOf({ interrupted, fault, stopped }: RunState): StopReason {
  if (interrupted) return 'interrupted';
  if (fault) return 'harness';
  return stopped?.stop_reason ?? 'not_started';
}

/** Behind a shell or a sandbox, death by signal n is exit code 128 + n. The highest signal is 31 on most systems. */
const SIGNALS = { above: 128, below: 160 };

/** Whether the agent died by a signal that this program did not send. */
export function diedBySignal({ stopped }: RunState): boolean {
  if (stopped?.stop_reason !== 'crashed') return false;
  const { exit_code, signal } = stopped;
  return signal !== null || (exit_code !== null && exit_code > SIGNALS.above && exit_code < SIGNALS.below);
}

/** How the agent died, to follow its name in a sentence. */
export function howItDied({ stopped }: RunState): string {
  return stopped?.signal ? `was killed by ${stopped.signal}` : `exited with ${stopped?.exit_code ?? null}`;
}

/** The agent's last line on stderr as a sentence to append; empty when there is none. */
export function lastStderrLine({ stopped }: RunState): string {
  return stopped?.last_words ? ` It last said: ${stopped.last_words}` : '';
}

/** The limit or budget of this program that ended the run; null when none did. */
export function reachedLimit(state: RunState): LimitName | null {
  const { stopped } = state;
  switch (stopReasonOf(state)) {
    case 'timed_out':
      return 'time';
    case 'idle':
      return 'idle';
    case 'budget':
      return stopped?.spent_on ?? 'calls';
    case 'limit':
      return stopped?.limit_hit?.kind ?? null;
    default:
      return null;
  }
}

/** Banners for a run that the agent did not finish. They are shown with any verdict. */
export function stopBanners(state: RunState): string[] {
  const { started, stopped } = state;
  if (!started || !stopped) return [];
  const { tui } = started;
  switch (stopReasonOf(state)) {
    case 'timed_out':
      return [`${tui} was stopped after ${started.timeout_s} s, the time limit`];
    case 'idle':
      return [`${tui} was stopped: ${started.idle_s} s without output, model call or running tool`];
    case 'budget': {
      const spent = stopped.spent_on === 'tokens' ? started.max_tokens : started.max_calls;
      return [`${tui} was stopped: its budget of ${spent} ${stopped.spent_on ?? 'calls'} was spent`];
    }
    case 'limit':
      return [`${tui} was stopped: ${stopped.limit_hit?.what ?? 'it went over a limit of this machine'}`];
    case 'crashed':
      return [`${tui} ended with an error; the tests ran on what it left`];
    default:
      return [];
  }
}
