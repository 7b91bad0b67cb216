import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.js';
import { CallObserver } from './call-observer.js';
import { withDeadline } from './direct.js';
import { exchange } from './exchange.js';
import { type FaultKind, faultCode, faultKind } from './fault.js';
import type { Endpoint } from './fetch-page.js';
import { requestHeaders } from './headers.js';
import type { ModelCall } from './model-call.js';
import type { Reading } from './reading.js';
import { readRequest } from './request-body.js';

export interface AskOptions {
  endpoint: Endpoint;
  dispatcher: Dispatcher;
  clock: Clock;
  index: number;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  call: ModelCall;
  reading: Reading;
  /** Set when no answer began: why the endpoint could not be reached. */
  unreachable: FaultKind | null;
  timedOut: boolean;
  /** Of the answer; empty when none came. */
  headers: IncomingHttpHeaders;
  /** One document came, not a stream of events; null when nothing came. */
  isDocument: boolean | null;
}

/** One chat request of our own, watched like an agent's. Rejects only when the signal aborts. */
export async function ask(chat: Readonly<Record<string, unknown>>, options: AskOptions): Promise<Answer> {
  const { endpoint, clock, timeoutMs } = options;
  const base = new URL(endpoint.baseUrl);
  const body = Buffer.from(JSON.stringify(chat));
  const observer = new CallObserver({
    index: options.index,
    probe: true,
    clock,
    wire: 'chat',
    path: '/v1/chat/completions',
    request: readRequest(body, 'chat'),
    host: base.host,
    key: endpoint.key,
    onFirstToken: () => {},
  });
  const sent = exchange(
    {
      dispatcher: options.dispatcher,
      base,
      suffix: '/chat/completions',
      method: 'POST',
      headers: requestHeaders(
        {
          'content-type': 'application/json',
          accept: chat.stream === true ? 'text/event-stream' : 'application/json',
        },
        endpoint.key,
      ),
      body,
      key: endpoint.key,
    },
    {
      head: (status, headers, readable) => observer.head(status, headers, readable),
      data(chunk) {
        observer.data(chunk);
        return true;
      },
    },
  );
  const { outcome, timedOut } = await withDeadline(sent, timeoutMs, options.signal);
  const call = observer.end(outcome);
  const late = timedOut && call.cause === 'client_abort';
  return {
    call: late ? { ...call, cause: 'timeout', error: `No full answer within ${timeoutMs / 1000} s.` } : call,
    reading: observer.reading,
    unreachable:
      outcome.kind === 'broken' && call.status === null ? faultKind(faultCode(outcome.error)) : null,
    timedOut: late,
    headers: observer.headers,
    isDocument: observer.isDocument,
  };
}
