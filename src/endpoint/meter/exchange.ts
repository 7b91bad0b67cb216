import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import { keyRedactor } from './key-redactor.js';

/** One request to the endpoint. */
export interface UpstreamRequest {
  dispatcher: Dispatcher;
  base: URL;
  /** Follows the path of `base`. */
  suffix: string;
  method: 'GET' | 'POST';
  headers: Record<string, string | string[]>;
  body: Buffer | null;
  /** Redacted in everything that comes back. */
  key: string | null;
}

/** Receives a 2xx answer as it arrives. */
export interface AnswerSink {
  /** Called once. `readable` is false when the content encoding is unknown. */
  head(status: number, headers: IncomingHttpHeaders, readable: boolean): void;
  /** Returns false to pause the answer until `resume` is called. */
  data(chunk: Buffer): boolean;
}

export type ExchangeResult =
  /** The sink received a whole 2xx answer. */
  | { kind: 'streamed' }
  /** Another status; the sink received nothing. */
  | { kind: 'refused'; status: number; headers: IncomingHttpHeaders; body: Buffer }
  | { kind: 'aborted' }
  /** The connection failed before the end of the answer. */
  | { kind: 'broken'; error: Error };

export interface Exchange {
  /** Never rejects. */
  result: Promise<ExchangeResult>;
  /** Closes the connection to the endpoint immediately. */
  abort(): void;
  resume(): void;
}

const MAX_ERROR_BODY_BYTES = 1024 * 1024;
const ABORTED = new Error('aborted');

/** Sends a request and passes a 2xx answer to `sink` as it arrives, decompressed and with the key redacted. */
export function exchange(request: UpstreamRequest, sink: AnswerSink): Exchange {
  const { base, key } = request;
  let controller: Dispatcher.DispatchController | null = null;
  let decoder: Transform | null = null;
  let aborted = false;
  let settle: (result: ExchangeResult) => void = () => {};
  const result = new Promise<ExchangeResult>((resolve) => {
    settle = resolve;
  });

  /**
   * Chunks of this turn of the event loop. One read of a busy socket gives hundreds of them. They are passed on together
   * at the end of the turn: nothing waits, and the cost of each is small.
   */
  let pending: Buffer[] = [];

  const pauseSource = () => (decoder ?? controller)?.pause();
  const close = (reason: Error) => {
    pending = [];
    controller?.abort(reason);
    decoder?.destroy();
  };
  const fail = (error: Error) => {
    close(error);
    settle(aborted ? { kind: 'aborted' } : { kind: 'broken', error });
  };

  const passPending = () => {
    const [only] = pending;
    if (only === undefined) return;
    const bytes = pending.length === 1 ? only : Buffer.concat(pending);
    pending = [];
    if (decoder === null) take(bytes);
    else if (!decoder.write(bytes)) controller?.pause();
  };

  /** What to do with bytes and with the end; set when the status is known. */
  let take: (chunk: Buffer) => void = () => {};
  let finish: () => void = () => {};

  function streamToSink(readable: boolean): void {
    const redactor = readable ? answerRedactor : null;
    take = (chunk) => {
      const clean = redactor === null ? chunk : redactor.push(chunk);
      if (clean.length > 0 && !sink.data(clean)) pauseSource();
    };
    finish = () => {
      const rest = redactor?.end();
      if (rest !== undefined && rest.length > 0) sink.data(rest);
      settle({ kind: 'streamed' });
    };
  }

  function collectError(status: number, headers: IncomingHttpHeaders): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    finish = () => settle({ kind: 'refused', status, headers, body: Buffer.concat(chunks) });
    take = (chunk) => {
      chunks.push(chunk.subarray(0, MAX_ERROR_BODY_BYTES - bytes));
      bytes += chunk.length;
      if (bytes <= MAX_ERROR_BODY_BYTES) return;
      finish();
      close(ABORTED);
    };
  }

  function decodeWith(transform: Transform): void {
    decoder = transform;
    transform.on('data', (chunk: Buffer) => take(chunk));
    transform.on('drain', () => controller?.resume());
    transform.on('end', () => finish());
    transform.on('error', fail);
  }

  request.dispatcher.dispatch(
    {
      origin: base.origin,
      path: base.pathname.replace(/\/+$/, '') + request.suffix + base.search,
      method: request.method,
      headers: request.headers,
      body: request.body,
    },
    {
      onRequestStart(started) {
        controller = started;
        if (aborted) started.abort(ABORTED);
      },
      onResponseStart(_, status, headers) {
        if (status < 200) return;
        const transform = decompressor(`${headers['content-encoding'] ?? ''}`);
        if (transform !== null && transform !== 'unknown') {
          delete headers['content-encoding'];
          decodeWith(transform);
        }
        if (status >= 300) return collectError(status, headers);
        streamToSink(transform !== 'unknown');
        sink.head(status, headers, transform !== 'unknown');
      },
      onResponseData(_, chunk) {
        if (pending.push(chunk) === 1) queueMicrotask(passPending);
      },
      onResponseEnd() {
        passPending();
        if (decoder === null) finish();
        else decoder.end();
      },
      onResponseError(_, error) {
        passPending();
        fail(error);
      },
    },
  );

  // Created after the request is sent: it takes no time of the call.
  const answerRedactor = keyRedactor(key);

  return {
    result,
    abort() {
      aborted = true;
      close(ABORTED);
      settle({ kind: 'aborted' });
    },
    resume: () => (decoder ?? controller)?.resume(),
  };
}

/** A decoder for a `content-encoding`; null for an unencoded answer. */
function decompressor(encoding: string | undefined): Transform | null | 'unknown' {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return 'unknown';
  }
}

/** Connections for requests of our own, without the meter. The caller destroys the dispatcher. */
export function directDispatcher(): Agent {
  return new Agent({ bodyTimeout: 0, headersTimeout: 0 });
}

/**
 * Waits for an exchange, and aborts it after `timeoutMs`.
 *
 * @throws the reason of `signal` when that aborts
 */
export async function withDeadline(
  sent: Exchange,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<{ result: ExchangeResult; timedOut: boolean }> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    sent.abort();
  }, timeoutMs);
  signal?.addEventListener('abort', sent.abort, { once: true });
  if (signal?.aborted) sent.abort();
  try {
    const result = await sent.result;
    signal?.throwIfAborted();
    return { result, timedOut };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', sent.abort);
  }
}
