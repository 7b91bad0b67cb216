import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { CallCause } from '../../model/model-call.js';
import { classifyFault } from '../meter/classify-call.js';
import { exchange, withDeadline } from '../meter/exchange.js';
import { describeFault, type FaultKind, faultCode, faultKind } from '../meter/fault.js';
import { requestHeaders } from '../meter/headers.js';
import { redactKey } from '../meter/key-redactor.js';

/** Who is asked, and with what key. */
export interface Endpoint {
  baseUrl: string;
  key: string | null;
}

export interface Deadline {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface PageRequest extends Endpoint, Deadline {
  dispatcher: Dispatcher;
  /** Follows the base URL. */
  path: string;
  /** Sent as JSON by POST; a GET when there is none. */
  body?: unknown;
}

export type Page =
  | { kind: 'answered'; status: number; headers: IncomingHttpHeaders; text: string }
  /** `fault` is null when a connection was made. */
  | { kind: 'failed'; cause: CallCause; fault: FaultKind | null; error: string };

const PAGE_BYTES = 8 * 1024 * 1024;

/** One small question beside the chat, any status an answer. The key goes with it. Rejects only when `signal` aborts. */
export async function fetchPage(request: PageRequest): Promise<Page> {
  const { dispatcher, key, path, body, timeoutMs, signal } = request;
  const base = new URL(request.baseUrl);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let head = { status: 200, headers: {} as IncomingHttpHeaders };
  const sent = exchange(
    {
      dispatcher,
      base,
      suffix: path,
      method: body === undefined ? 'GET' : 'POST',
      headers: requestHeaders(
        { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        key,
      ),
      body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
      key,
    },
    {
      head(status, headers) {
        head = { status, headers };
      },
      data(chunk) {
        bytes += chunk.length;
        if (bytes <= PAGE_BYTES) chunks.push(chunk);
        else sent.abort();
        return true;
      },
    },
  );
  const { result, timedOut } = await withDeadline(sent, timeoutMs, signal);
  const failed = (cause: CallCause, fault: FaultKind | null, error: string): Page => {
    return { kind: 'failed', cause, fault, error: redactKey(error, key) };
  };
  if (timedOut) return failed('timeout', null, `No answer from ${base.host} within ${timeoutMs / 1000} s.`);
  switch (result.kind) {
    case 'broken': {
      const code = faultCode(result.error);
      return failed(classifyFault(code), faultKind(code), describeFault(result.error, base.host));
    }
    case 'aborted':
      return failed(
        'malformed_stream',
        null,
        `The answer is longer than ${PAGE_BYTES / 1024 / 1024} MB and was not read.`,
      );
    case 'refused':
      return {
        kind: 'answered',
        status: result.status,
        headers: result.headers,
        text: result.body.toString(),
      };
    case 'streamed':
      return { kind: 'answered', ...head, text: Buffer.concat(chunks).toString() };
  }
}
