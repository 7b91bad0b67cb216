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
  /** The agent closed the connection. */
  | 'client_abort'
  /** This program ended the call because it stopped the agent. */
  | 'cut_off';

/** What is wrong with a complete answer. The model caused it. */
export type AnswerFlaw =
  /** No text and no tool call. An answer with only reasoning is empty. */
  | 'empty'
  /** The arguments of a tool call are not a JSON object. */
  | 'malformed_call';

/** One call to the endpoint, as the meter measured it. Numbers are measured or null. */
export interface ModelCall {
  /** 1-based, in order of start. */
  index: number;
  /** A call of preflight: shown, but not counted as the agent's. */
  probe: boolean;
  /** On the run's clock. */
  startedAtMs: number;
  /** ISO-8601 with Z. */
  timestamp: string;
  path: string;
  stream: boolean;
  /** Model id in the request; null when the body has none. */
  requestedModel: string | null;
  /** Model id in the server's answer. */
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
  /** From request sent to the first content, reasoning or tool-call delta (streamed), or to the first body byte. Null when none arrived. */
  timeToFirstTokenMs: number | null;
  /** Time without data before the call ended; equals `latencyMs` when no answer began. */
  silentMs: number;
  finish: string | null;
  /** Names of the tools the model called. */
  toolCalls: string[];
  flaw: AnswerFlaw | null;
  /** The text of the answer, cut at a maximum length. Refusals are read from it. */
  text: string;
  /** HTTP status; null without an answer. */
  status: number | null;
  retryAfterS: number | null;
  /** Null when the call succeeded. */
  cause: CallCause | null;
  /** One sentence from the server or the socket, with the key replaced; null when the call succeeded. */
  error: string | null;
}
