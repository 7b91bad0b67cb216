import type { Dispatcher } from 'undici';
import { readErrorBody } from './api-error.js';
import { classifyAnswer, classifyFault } from './classify-call.js';
import { directDispatcher, withDeadline } from './direct.js';
import { exchange } from './exchange.js';
import { describeFault, faultCode } from './fault.js';
import { requestHeaders } from './headers.js';
import { asArray, asObject, asText, parseJson } from './json.js';
import { cutKey } from './key-cutter.js';
import type { CallCause } from './model-call.js';

export interface Endpoint {
  baseUrl: string;
  key: string | null;
}

export type ModelList =
  /** `baseUrl` is the one that answered: with `/v1` when the given one lacked it. */
  { kind: 'listed'; baseUrl: string; models: string[] } | { kind: 'failed'; cause: CallCause; error: string };

export interface Limits {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

const LIST_BYTES = 8 * 1024 * 1024;

/** Asks `GET /models`; where there is no such page and the URL names no version, asks below `/v1`. Rejects only when `signal` aborts. */
export async function listModels(endpoint: Endpoint, limits: Limits): Promise<ModelList> {
  const dispatcher = directDispatcher();
  try {
    const first = await listAt(endpoint, limits, dispatcher);
    const elsewhere =
      first.kind === 'failed' && (first.cause === 'not_found' || first.cause === 'malformed_stream');
    const url = new URL(endpoint.baseUrl);
    if (!elsewhere || /\/v\d+\w*$/.test(url.pathname)) return first;
    const baseUrl = `${url.origin}${url.pathname.replace(/\/$/, '')}/v1${url.search}`;
    const second = await listAt({ ...endpoint, baseUrl }, limits, dispatcher);
    return second.kind === 'listed' ? second : first;
  } finally {
    await dispatcher.destroy();
  }
}

async function listAt(endpoint: Endpoint, limits: Limits, dispatcher: Dispatcher): Promise<ModelList> {
  const base = new URL(endpoint.baseUrl);
  const chunks: Buffer[] = [];
  let bytes = 0;
  const sent = exchange(
    {
      dispatcher,
      base,
      suffix: '/models',
      method: 'GET',
      headers: requestHeaders({ accept: 'application/json' }, endpoint.key),
      body: null,
      key: endpoint.key,
    },
    {
      head: () => {},
      data(chunk) {
        bytes += chunk.length;
        if (bytes <= LIST_BYTES) chunks.push(chunk);
        else sent.abort();
        return true;
      },
    },
  );
  const { outcome, timedOut } = await withDeadline(sent, limits.timeoutMs, limits.signal);
  const failed = (cause: CallCause, error: string): ModelList => {
    return { kind: 'failed', cause, error: cutKey(error, endpoint.key) };
  };
  if (timedOut) return failed('timeout', `No answer from ${base.host} within ${limits.timeoutMs / 1000} s.`);
  switch (outcome.kind) {
    case 'broken':
      return failed(classifyFault(faultCode(outcome.error)), describeFault(outcome.error, base.host));
    case 'refused': {
      const error = readErrorBody(outcome.body.toString());
      return failed(
        classifyAnswer(outcome.status, error),
        `HTTP ${outcome.status}: ${error.message || 'no explanation'}`,
      );
    }
    case 'aborted':
      return failed('malformed_stream', 'The list of models is too long.');
    case 'streamed': {
      const models = readModelIds(Buffer.concat(chunks).toString());
      if (models === null)
        return failed('malformed_stream', 'The answer to GET /models is not a list of models.');
      return { kind: 'listed', baseUrl: endpoint.baseUrl, models };
    }
  }
}

/** OpenAI's `{data: [{id}]}`, a bare list, or Ollama's `{models: [{name}]}`. */
function readModelIds(text: string): string[] | null {
  const body = parseJson(text);
  const list = asObject(body)?.data ?? asObject(body)?.models ?? body;
  if (!Array.isArray(list)) return null;
  return asArray(list).flatMap((entry) => asText(asObject(entry)?.id) ?? asText(asObject(entry)?.name) ?? []);
}
