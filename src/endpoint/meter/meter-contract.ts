import type { Clock } from '../../host/clock.js';
import type { ModelCall } from '../../model/model-call.js';

export type MeterEvent =
  | { type: 'started'; index: number }
  | { type: 'first_token'; index: number; afterMs: number }
  | { type: 'ended'; call: ModelCall }
  /** The body of request `index` contains a watched string. */
  | { type: 'watched'; needle: string; index: number }
  /** The files of call `index` could not be written. The call continued. */
  | { type: 'capture_failed'; index: number; error: Error };

export interface MeterOptions {
  /** The endpoint: its base URL (the part before `/chat/completions`) and its key; null for none. */
  upstream: { baseUrl: string; key: string | null };
  /** What the agent sends in place of the key. */
  token: string;
  clock: Clock;
  /** Also listen on this unix socket, which is reachable from a network namespace. */
  socketPath?: string;
  /** The endpoint has only the chat API: translate each call of `/v1/responses` and its answer. */
  translate?: boolean;
  /** Write every call, without the key, to files in this directory; see `captureCall`. It is created if it is missing. */
  capture?: { dir: string };
  /** Strings that must not appear in a request, such as a solution's canary. */
  watchFor?: readonly string[];
  /** Called before each call. Returns why it is refused, or null. A refused request is not recorded as a call. */
  refuse?(): string | null;
  on(event: MeterEvent): void;
}

/**
 * The proxy between the agent and the endpoint: it adds the key and measures the calls. It changes nothing else, unless it
 * translates between two APIs.
 */
export interface Meter {
  port: number;
  /** The base URL for the agent, with `/v1`. */
  baseUrl: string;
  /** Number of calls that have not ended. */
  inFlight(): number;
  /** Time of the last byte in either direction, on the clock; null before the first. */
  lastActivityMs(): number | null;
  /** Call this before the agent is stopped: connections that close from now on are recorded as cut off by this program. */
  agentStopping(): void;
  /** Aborts every call, waits for their records and stops listening. May be called more than once. */
  close(): Promise<void>;
}
