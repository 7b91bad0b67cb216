import Agent from 'undici/lib/dispatcher/agent.js';
import type { Exchange, Outcome } from './exchange.js';

/** Connections for a few questions of our own, to be destroyed after them. */
export function directDispatcher(): Agent {
  return new Agent({ bodyTimeout: 0, headersTimeout: 0 });
}

/** Waits for an exchange, but not longer than `timeoutMs`. Rejects with the signal's reason when it aborts. */
export async function withDeadline(
  sent: Exchange,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<{ outcome: Outcome; timedOut: boolean }> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    sent.abort();
  }, timeoutMs);
  signal?.addEventListener('abort', sent.abort, { once: true });
  if (signal?.aborted) sent.abort();
  try {
    const outcome = await sent.outcome;
    signal?.throwIfAborted();
    return { outcome, timedOut };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', sent.abort);
  }
}
