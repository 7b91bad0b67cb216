import type { Clock } from '../../host/clock.js';
import type { ModelCall } from '../../model/model-call.js';

export type MeterEvent =
  | { type: 'started'; index: number }
  | { type: 'first_token'; index: number; afterMs: number }
  | { type: 'ended'; call: ModelCall }
  /** A watched string stood in the body of request `index`. */
  | { type: 'watched'; needle: string; index: number }
  /** Call `index` could not be written down; it went on all the same. */
  | { type: 'capture_failed'; index: number; error: Error };

export interface MeterOptions {
  /** The endpoint: its base URL (the part before `/chat/completions`) and its key; null when it wants none. */
  upstream: { baseUrl: string; key: string | null };
  /** All the agent ever sees of a key. */
  token: string;
  clock: Clock;
  /** Listen on this unix socket too: the way in from a network namespace. */
  socketPath?: string;
  /** Answers `/v1/responses` although the endpoint speaks only chat: each call is translated there and back. */
  translate?: boolean;
  /** Writes every call, without the key, to files of this directory, which is made if need be; see `captureCall`. */
  capture?: { dir: string };
  /** Strings that must not appear in a request, such as a solution's canary. */
  watchFor?: readonly string[];
  /** Asked before each call: why it is not passed on, or null. What is refused is no call. */
  refuse?(): string | null;
  on(event: MeterEvent): void;
}

/** The one way from the agent to the endpoint: it holds the key, counts, and changes nothing but the API where it bridges. */
export interface Meter {
  port: number;
  /** For the agent, with `/v1`. */
  baseUrl: string;
  /** Calls under way. */
  inFlight(): number;
  /** When a byte last passed in either direction, on the clock; null before the first. */
  lastActivityMs(): number | null;
  /** Finished calls in order of end. */
  calls(): readonly ModelCall[];
  /** The agent is about to be stopped: calls that are hung up from now on were cut off by this program. */
  agentStopping(): void;
  /** Hangs up every call, waits for their records and stops listening. May be called again. */
  close(): Promise<void>;
}
