/** Why a model call did not give a usable answer. */
export type CallCause =
  | 'auth'
  | 'not_found'
  | 'model_unknown'
  | 'rate_limited'
  | 'quota'
  | 'context_overflow'
  | 'bad_request'
  | 'server_error'
  | 'timeout'
  | 'connection'
  | 'malformed_stream'
  | 'empty_reply'
  | 'client_abort';

/** One call to the endpoint as the wire saw it. Numbers are measured or null. */
export interface ModelCall {
  /** 1-based, in order of start. */
  index: number;
  /** Preflight's own call: shown, never counted to the agent. */
  probe: boolean;
  /** On the run's clock. */
  startedAtMs: number;
  /** ISO-8601 with Z. */
  timestamp: string;
  path: string;
  stream: boolean;
  /** Model id in the request; null when the body named none. */
  requestedModel: string | null;
  /** What the server called itself in its answer. */
  servedModel: string | null;
  /** sha256 hex of the canonical JSON request body. */
  requestHash: string;
  promptTokens: number | null;
  completionTokens: number | null;
  cachedTokens: number | null;
  reasoningTokens: number | null;
  /** Why the token numbers are null; null when they are known. */
  usageMissing: string | null;
  latencyMs: number;
  /** Request sent → first content, reasoning or tool-call delta (streamed), or first body byte. Null when none came. */
  timeToFirstTokenMs: number | null;
  finish: string | null;
  /** Names of the tools the model called. */
  toolCalls: string[];
  /** The assistant's words in this answer, capped: what a refusal is read from. */
  text: string;
  /** HTTP status; null when no answer came. */
  status: number | null;
  retryAfterS: number | null;
  /** Null when the call succeeded. */
  cause: CallCause | null;
  /** One sentence from the server or the socket, key cut out; null when the call succeeded. */
  error: string | null;
}
