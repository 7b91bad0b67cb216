/** Why a model call did not give a usable answer. */
export type CallCause =
  | 'auth'
  | 'not_found'
  | 'model_unknown'
  | 'rate_limited'
  | 'quota'
  | 'context_overflow'
  | 'request_too_large'
  | 'malformed_call'
  | 'bad_request'
  | 'server_error'
  | 'timeout'
  | 'connection'
  | 'malformed_stream'
  | 'empty_reply'
  /** The agent hung up. */
  | 'client_abort'
  /** This program ended the call, because it was about to stop the agent. */
  | 'cut_off';

/** What is wrong with an answer that came whole. It is the model's own doing. */
export type AnswerFlaw =
  /** No text and no tool call; reasoning alone is empty too. */
  | 'empty'
  /** The arguments of a tool call are not a JSON object. */
  | 'malformed_call';

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
  /** How many tools the request offered to the model. */
  offeredTools: number;
  promptTokens: number | null;
  completionTokens: number | null;
  cachedTokens: number | null;
  reasoningTokens: number | null;
  /** Why the token numbers are null; null when they are known. */
  usageMissing: string | null;
  latencyMs: number;
  /** Request sent → first content, reasoning or tool-call delta (streamed), or first body byte. Null when none came. */
  timeToFirstTokenMs: number | null;
  /** How long nothing more had come when the call ended; all of `latencyMs` when no answer began. */
  silentMs: number;
  finish: string | null;
  /** Names of the tools the model called. */
  toolCalls: string[];
  flaw: AnswerFlaw | null;
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
