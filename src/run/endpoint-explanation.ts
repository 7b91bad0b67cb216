import { readContextLengths } from '../endpoint/meter/context-lengths.js';
import type { EndpointCause } from '../model/causes.js';
import type { CallState } from '../model/run-state.js';
import { type RunCalls, wasRefused } from './run-calls.js';

const SENTENCES: Record<EndpointCause, { what: string; advice: string }> = {
  auth: { what: 'refused the key', advice: 'Check the key: --key-file FILE, --key - or CAB_KEY.' },
  not_found: {
    what: 'has nothing at that address',
    advice: 'Check --endpoint; it usually ends in /v1.',
  },
  model_unknown: {
    what: 'does not know the model',
    advice: 'Check --model against the list the server gives at /models.',
  },
  rate_limited: { what: 'limited the rate', advice: 'Retry later, or lower the load on that endpoint.' },
  quota: { what: 'has no quota left for this key', advice: 'Top up or use another key.' },
  request_too_large: {
    what: 'takes no request of that size',
    advice:
      'Raise the limit on request bodies of the proxy in front of the model (nginx: client_max_body_size), or go past the proxy.',
  },
  bad_request: {
    what: 'rejected the request',
    advice: "Look at the server's log and chat template. Its own words are in the record's model_calls.",
  },
  server_error: { what: 'failed', advice: "Look at the server's log, then run again." },
  timeout: {
    what: 'did not answer in time',
    advice: 'See whether the server is loading or overloaded, then run again.',
  },
  connection: {
    what: 'could not be reached or broke off',
    advice: 'See whether the server is up, then run again.',
  },
  malformed_stream: {
    what: 'sent a broken stream',
    advice: "Look at the server's log and version, then run again.",
  },
};

/**
 * Explanation and advice for a run that the endpoint ended.
 *
 * @param alike the calls that failed with `cause`; `decisive`, the last of them, gives status and message
 */
export function explainEndpoint(
  cause: EndpointCause,
  decisive: CallState,
  alike: readonly CallState[],
  calls: RunCalls,
): { explanation: string; advice: string } {
  const { what, advice } = SENTENCES[cause];
  const status = decisive.status !== null && decisive.status >= 400 ? `HTTP ${decisive.status}` : null;
  const retry = decisive.retry_after_s === null ? '' : ` retry-after said ${decisive.retry_after_s} s.`;
  const words = decisive.error ? ` It said: ${decisive.error}` : '';
  const first = alike[0] ?? decisive;
  const accepted =
    calls.good.length === 0 ? 0 : calls.all.slice(0, calls.all.indexOf(first)).filter(wasAccepted).length;
  const http = status === null ? '' : ` (${status})`;
  const happened =
    accepted === 0
      ? `The endpoint ${what}${http} in ${alike.length} of ${calls.all.length} calls: infrastructure, not capability.`
      : `The endpoint ${wasRefused(first) ? 'refused' : 'failed at'} request ${first.n} after accepting ${accepted}: it ${what}${http}. That is infrastructure, not capability.`;
  return { explanation: `${happened}${words}`, advice: `${advice}${retry}` };
}

/** The endpoint accepted the request, even if the answer broke. */
const wasAccepted = (call: CallState) => !wasRefused(call);

/** Says that a request was longer than the context, with both lengths where the server named them. */
export function explainOverflow(overflow: CallState): string {
  const { asked, limit } = readContextLengths(overflow.error ?? '');
  const request = `Request ${overflow.n}${asked === null ? '' : ` of ${tokens(asked)}`}`;
  const context = limit === null ? '' : ` of ${tokens(limit)}`;
  const unknown = asked === null && limit === null ? ' The server named no lengths.' : '';
  return `${request} was longer than the model's context${context}.${unknown} The server said: ${overflow.error ?? 'nothing'}`;
}

const tokens = (count: number) => `${count.toLocaleString('en-US')} tokens`;
