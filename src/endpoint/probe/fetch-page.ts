import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { CallCause } from '../../model/model-call.js';
import { classifyFault } from '../meter/classify-call.js';
import { exchange, withDeadline } from '../meter/exchange.js';
import { describeFault, type FaultKind, faultCode, faultKind } from '../meter/fault.js';
import { requestHeaders } from '../meter/headers.js';
import { redactKey } from '../meter/key-redactor.js';

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
  /** Appended to the base URL. */
  path: string;
  /** Sent as JSON by POST; without it the request is a GET. */
  body?: unknown;
}

export type Page =
  | { kind: 'answered'; status: number; headers: IncomingHttpHeaders; text: string }
  /** `fault` is null when there was a connection. */
  | { kind: 'failed'; cause: CallCause; fault: FaultKind | null; error: string };

const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/**
 * Fetches a page of the server that is not a chat call, with the key. An answer of any status is `answered`.
 *
 * @throws only the reason of `signal`
 */
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
        if (bytes <= MAX_PAGE_BYTES) chunks.push(chunk);
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
        `The answer is longer than ${MAX_PAGE_BYTES / 1024 / 1024} MB and was not read.`,
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
