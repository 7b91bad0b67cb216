import type { LimitHit } from './limits.js';
import type { CallCause } from './model-call.js';

export const ENDPOINT_CAUSES = [
  'auth',
  'not_found',
  'model_unknown',
  'rate_limited',
  'quota',
  'request_too_large',
  'bad_request',
  'server_error',
  'timeout',
  'connection',
  'malformed_stream',
] as const satisfies readonly CallCause[];

/** Why a call failed, when the endpoint caused it. */
export type EndpointCause = (typeof ENDPOINT_CAUSES)[number];

/** Whether the endpoint caused this failure of a call. */
export function isEndpointCause(cause: string | null): cause is EndpointCause {
  return ENDPOINT_CAUSES.some((each) => each === cause);
}

/** How the model failed. `wrong_fix`: its work fails the tests, and no better reason is known. */
export type FailureMode =
  | 'malformed_call'
  | 'context_overflow'
  | 'empty_reply'
  | 'no_tool_calls'
  | 'wrong_fix';

/** A limit or budget of this program that ended a run. */
export type LimitName = 'time' | 'idle' | 'calls' | 'tokens' | LimitHit['kind'];

/** The machine-readable reason behind a verdict. */
export type Cause =
  | 'interrupted'
  | 'harness'
  | `preflight.${string}`
  | `agent.${'not_started' | 'no_calls' | 'crashed' | 'hung_up'}`
  | `endpoint.${EndpointCause | 'too_slow'}`
  | `model.${FailureMode}`
  | `limit.${LimitName}`;
