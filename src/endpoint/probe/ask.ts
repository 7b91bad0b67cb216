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
  /** Set when no answer began: why the endpoint could not be reached. */
  unreachable: FaultKind | null;
  timedOut: boolean;
  /** Of the answer; empty when none came. */
  headers: IncomingHttpHeaders;
  /** One document came, not a stream of events; null when nothing came. */
  isDocument: boolean | null;
  /** Set when the status was good and what came with it is none of the API: proof that this is another program. */
  nonApi: NonApiAnswer | null;
}

/** Enough of an answer to say what it is. */
const START_BYTES = 4_096;
/** What a call ends with that says nothing of a model, a key or a limit. */
const SAYS_NOTHING: readonly (CallCause | null)[] = ['malformed_stream', 'empty_reply', 'server_error'];

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
        if (startBytes < START_BYTES) start.push(chunk);
        startBytes += chunk.length;
        observer.data(chunk);
        return true;
      },
    },
  );
  const { result, timedOut } = await withDeadline(sent, timeoutMs, options.signal);
  const call = observer.end(result);
  const isWhole = result.kind === 'streamed' && isReadable;
  const text = redactKey(Buffer.concat(start).toString(), endpoint.key);
  const isForeign = isWhole && SAYS_NOTHING.includes(call.cause) && !isOfApi(observer, text);
  const late = timedOut && call.cause === 'client_abort';
  return {
    call: late ? { ...call, cause: 'timeout', error: `No full answer within ${timeoutMs / 1000} s.` } : call,
    parsed: observer.answer,
    unreachable: result.kind === 'broken' && call.status === null ? faultKind(faultCode(result.error)) : null,
    timedOut: late,
    headers: observer.headers,
    isDocument: observer.isDocument,
    nonApi: isForeign ? nonApiAnswer(text) : null,
  };
}

/** Whether something of the answer is the API's; a stream that ends before its first event may have been one. */
function isOfApi({ answer, isDocument, headers }: CallObserver, text: string): boolean {
  if (answer.isApi || (answer.complete && !isDocument)) return true;
  const isStream = `${headers['content-type'] ?? ''}`.startsWith('text/event-stream');
  return isStream && !/^data:/m.test(text);
}
