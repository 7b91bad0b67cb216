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
  /** Cut out of everything that comes back. */
  key: string | null;
}

/** Where a good answer goes while it comes. */
export interface AnswerSink {
  /** Status 2xx and its headers, once. `readable` is false when the bytes are compressed in an unknown way. */
  head(status: number, headers: IncomingHttpHeaders, readable: boolean): void;
  /** False asks for a pause, until `resume` is called. */
  data(chunk: Buffer): boolean;
}

export type ExchangeResult =
  /** A 2xx answer went through the sink to its end. */
  | { kind: 'streamed' }
  /** Another status: nothing went to the sink. */
  | { kind: 'refused'; status: number; headers: IncomingHttpHeaders; body: Buffer }
  | { kind: 'aborted' }
  /** The connection failed, before or in the middle of the answer. */
  | { kind: 'broken'; error: Error };

export interface Exchange {
  result: Promise<ExchangeResult>;
  /** Closes the connection to the endpoint at once. */
  abort(): void;
  resume(): void;
}

const ERROR_BODY_BYTES = 1024 * 1024;
const ABORTED = new Error('aborted');

/** Sends a request and passes a good answer to `sink` as it comes, decompressed and without the key; `outcome` never rejects. */
export function exchange(request: UpstreamRequest, sink: AnswerSink): Exchange {
  const { base, key } = request;
  let controller: Dispatcher.DispatchController | null = null;
  let decoder: Transform | null = null;
  let aborted = false;
  let settle: (outcome: ExchangeResult) => void = () => {};
  const outcome = new Promise<ExchangeResult>((resolve) => {
    settle = resolve;
  });

  /**
   * What came in this turn of the event loop. One read of a busy socket holds hundreds of chunks: they go on together,
   * in the same turn, so that nothing waits and each costs little.
   */
  let gathered: Buffer[] = [];

  const pauseSource = () => (decoder ?? controller)?.pause();
  const close = (reason: Error) => {
    gathered = [];
    controller?.abort(reason);
    decoder?.destroy();
  };
  const fail = (error: Error) => {
    close(error);
    settle(aborted ? { kind: 'aborted' } : { kind: 'broken', error });
  };

  const handOn = () => {
    const [only] = gathered;
    if (only === undefined) return;
    const bytes = gathered.length === 1 ? only : Buffer.concat(gathered);
    gathered = [];
    if (decoder === null) take(bytes);
    else if (!decoder.write(bytes)) controller?.pause();
  };

  /** Set by the head of the answer: what takes its bytes, and what its end means. */
  let take: (chunk: Buffer) => void = () => {};
  let finish: () => void = () => {};

  function passOn(readable: boolean): void {
    const cutter = readable ? answerCutter : null;
    take = (chunk) => {
      const clean = cutter === null ? chunk : cutter.push(chunk);
      if (clean.length > 0 && !sink.data(clean)) pauseSource();
    };
    finish = () => {
      const rest = cutter?.end();
      if (rest !== undefined && rest.length > 0) sink.data(rest);
      settle({ kind: 'streamed' });
    };
  }

  function collect(status: number, headers: IncomingHttpHeaders): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    finish = () => settle({ kind: 'refused', status, headers, body: Buffer.concat(chunks) });
    take = (chunk) => {
      chunks.push(chunk.subarray(0, ERROR_BODY_BYTES - bytes));
      bytes += chunk.length;
      if (bytes <= ERROR_BODY_BYTES) return;
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
        const good = status < 300;
        if (transform !== null && transform !== 'unknown') {
          delete headers['content-encoding'];
          decodeWith(transform);
        }
        if (!good) return collect(status, headers);
        passOn(transform !== 'unknown');
        sink.head(status, headers, transform !== 'unknown');
      },
      onResponseData(_, chunk) {
        if (gathered.push(chunk) === 1) queueMicrotask(handOn);
      },
      onResponseEnd() {
        handOn();
        if (decoder === null) finish();
        else decoder.end();
      },
      onResponseError(_, error) {
        handOn();
        fail(error);
      },
    },
  );

  // Made while the endpoint is at work.
  const answerCutter = keyRedactor(key);

  return {
    result: outcome,
    abort() {
      aborted = true;
      close(ABORTED);
      settle({ kind: 'aborted' });
    },
    resume: () => (decoder ?? controller)?.resume(),
  };
}

/** A decoder for a `content-encoding`; null when nothing is encoded, `unknown` when it is in a way this cannot read. */
export function decompressor(encoding: string | undefined): Transform | null | 'unknown' {
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

/** Connections for a few questions of our own, to be destroyed after them. */
export function directDispatcher(): Agent {
  return new Agent({ bodyTimeout: 0, headersTimeout: 0 });
}

/** Waits for an exchange, but not longer than `timeoutMs`. Rejects with the signal's reason when it aborts. */
export async function withDeadline(
  sent: Exchange,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<{ outcome: ExchangeResult; timedOut: boolean }> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    sent.abort();
  }, timeoutMs);
  signal?.addEventListener('abort', sent.abort, { once: true });
  if (signal?.aborted) sent.abort();
  try {
    const outcome = await sent.result;
    signal?.throwIfAborted();
    return { outcome, timedOut };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', sent.abort);
  }
}
