import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../host/clock.js';
import type { CallCause, ModelCall } from '../../model/model-call.js';
import { CallObserver } from '../meter/call-observer.js';
import { exchange, withDeadline } from '../meter/exchange.js';
import { type FaultKind, faultCode, faultKind } from '../meter/fault.js';
import { requestHeaders } from '../meter/headers.js';
import { redactKey } from '../meter/key-redactor.js';
import type { ParsedAnswer } from '../meter/parsed-answer.js';
import { readRequest } from '../meter/request-body.js';
import type { Endpoint } from './fetch-page.js';
import { type NonApiAnswer, nonApiAnswer } from './non-api-answer.js';

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
  parsed: ParsedAnswer;
  /** Why the endpoint could not be reached; null when an answer started. */
  unreachable: FaultKind | null;
  timedOut: boolean;
  /** Headers of the answer; empty for none. */
  headers: IncomingHttpHeaders;
  /** True for one document, false for a stream of events; null for no answer. */
  isDocument: boolean | null;
  /** Set for a 2xx answer that does not come from an API of this kind: another program answered. */
  nonApi: NonApiAnswer | null;
}

/** Bytes of an answer that are kept to describe it. */
const MAX_START_BYTES = 4_096;
/** Causes that a program without this API could also produce. */
const AMBIGUOUS_CAUSES: readonly (CallCause | null)[] = ['malformed_stream', 'empty_reply', 'server_error'];

/**
 * Sends one chat request and records it like a call of an agent.
 *
 * @throws only the reason of the signal
 */
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
  const start: Buffer[] = [];
  let startBytes = 0;
  let isReadable = true;
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
      head(status, headers, readable) {
        isReadable = readable;
        observer.head(status, headers, readable);
      },
      data(chunk) {
        if (startBytes < MAX_START_BYTES) start.push(chunk);
        startBytes += chunk.length;
        observer.data(chunk);
        return true;
      },
    },
  );
  const { result, timedOut } = await withDeadline(sent, timeoutMs, options.signal);
  const call = observer.end(result);
  const isComplete = result.kind === 'streamed' && isReadable;
  const text = redactKey(Buffer.concat(start).toString(), endpoint.key);
  const isNonApi = isComplete && AMBIGUOUS_CAUSES.includes(call.cause) && !isFromApi(observer, text);
  const late = timedOut && call.cause === 'client_abort';
  return {
    call: late ? { ...call, cause: 'timeout', error: `No full answer within ${timeoutMs / 1000} s.` } : call,
    parsed: observer.answer,
    unreachable: result.kind === 'broken' && call.status === null ? faultKind(faultCode(result.error)) : null,
    timedOut: late,
    headers: observer.headers,
    isDocument: observer.isDocument,
    nonApi: isNonApi ? nonApiAnswer(text) : null,
  };
}

/** Whether the answer comes from an API. A stream that ended before its first event counts: it may be one. */
function isFromApi({ answer, isDocument, headers }: CallObserver, text: string): boolean {
  if (answer.isApi || (answer.complete && !isDocument)) return true;
  const isStream = `${headers['content-type'] ?? ''}`.startsWith('text/event-stream');
  return isStream && !/^data:/m.test(text);
}
