import type { LimitHit } from './limits.js';
import type { CallCause } from './model-call.js';

/** Causes of a call that are never the endpoint's doing. */
const NOT_THE_ENDPOINTS = [
  'client_abort',
  'cut_off',
  'empty_reply',
  'malformed_call',
  'context_overflow',
] as const satisfies readonly CallCause[];

/** Why a call to the endpoint failed, where that is the endpoint's doing. */
export type EndpointCause = Exclude<CallCause, (typeof NOT_THE_ENDPOINTS)[number]>;

export function isEndpointCause(cause: CallCause | null): cause is EndpointCause {
  return cause !== null && !NOT_THE_ENDPOINTS.some((other) => other === cause);
}

/** What the model did, where no better reason is known than that its work fails the tests: `wrong_fix`. */
export type FailureMode =
  | 'malformed_call'
  | 'context_overflow'
  | 'empty_reply'
  | 'no_tool_calls'
  | 'wrong_fix';

/** A limit of this program's that ended a run. */
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
