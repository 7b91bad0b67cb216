import type { IncomingHttpHeaders } from 'node:http';
import { distance } from 'fastest-levenshtein';
import type { Dispatcher } from 'undici';
import type { CallCause } from '../../model/model-call.js';
import { asArray, asObject, asText, type JsonObject, parseJson } from '../json.js';
import { classifyAnswer, classifyInBand } from '../meter/classify-call.js';
import { directDispatcher } from '../meter/exchange.js';
import type { FaultKind } from '../meter/fault.js';
import { redactKey } from '../meter/key-redactor.js';
import { isApiError, readErrorBody } from './api-error.js';
import { candidateBaseUrls } from './candidate-base-urls.js';
import { type Deadline, type Endpoint, fetchPage } from './fetch-page.js';
import { type NonApiAnswer, nonApiAnswer } from './non-api-answer.js';

interface ListAnswer {
  /** The base URL that answered; not the given one when the API is at another. */
  baseUrl: string;
  /** Headers of the answer; empty for none. */
  headers: IncomingHttpHeaders;
}

export interface ListedModels extends ListAnswer {
  kind: 'listed';
  models: string[];
  /** The entries of the list, as sent. */
  entries: readonly JsonObject[];
}

export interface NoModelList extends ListAnswer {
  kind: 'failed';
  cause: CallCause;
  /** Null when there was a connection. */
  fault: FaultKind | null;
  error: string;
  /** The 2xx answer that is no list of models; null for another failure. */
  nonApi: NonApiAnswer | null;
}

export type ModelList = ListedModels | NoModelList;

/**
 * Fetches `GET /models`. If the API is not at the base URL, tries the other base URLs that the user may have meant.
 *
 * @throws only the reason of the signal
 */
export async function listModels(endpoint: Endpoint, deadline: Deadline): Promise<ModelList> {
  const dispatcher = directDispatcher();
  try {
    const first = await listAt(endpoint, deadline, dispatcher);
    if (first.kind === 'listed' || !mayBeElsewhere(first)) return first;
    const location = asText(first.headers.location);
    const bases = candidateBaseUrls(endpoint, { ...first, location });
    const others = await Promise.all(
      bases.map((baseUrl) => listAt({ ...endpoint, baseUrl }, deadline, dispatcher)),
    );
    const needsKey = (list: ModelList) => list.kind === 'failed' && list.cause === 'auth';
    return others.find(({ kind }) => kind === 'listed') ?? others.find(needsKey) ?? first;
  } finally {
    await dispatcher.destroy();
  }
}

function mayBeElsewhere({ cause, fault, error }: NoModelList): boolean {
  if (fault !== null) return fault === 'tls' || fault === 'reset';
  return cause === 'not_found' || cause === 'malformed_stream' || /\bHTTPS\b/.test(error);
}

async function listAt(endpoint: Endpoint, deadline: Deadline, dispatcher: Dispatcher): Promise<ModelList> {
  const { baseUrl } = endpoint;
  const page = await fetchPage({ ...endpoint, ...deadline, dispatcher, path: '/models' });
  if (page.kind === 'failed') return { ...page, baseUrl, headers: {}, nonApi: null };
  const { status, headers, text } = page;
  const failed = (cause: CallCause, message: string, nonApi: NonApiAnswer | null = null): ModelList => {
    const error = redactKey(message, endpoint.key);
    return { kind: 'failed', baseUrl, headers, cause, fault: null, error, nonApi };
  };
  if (status < 200 || status >= 300) {
    const error = readErrorBody(text);
    return failed(classifyAnswer(status, error), `HTTP ${status}: ${error.message || 'no explanation'}`);
  }
  const entries = readEntries(text);
  const inBand = entries === null && isApiError(parseJson(text)) ? readErrorBody(text) : null;
  if (inBand !== null) return failed(classifyInBand(inBand), inBand.message);
  if (entries === null) {
    const nonApi = nonApiAnswer(redactKey(text, endpoint.key));
    const message = `GET /models was answered with ${nonApi.kind}, not with a list of models.`;
    return failed('malformed_stream', message, nonApi);
  }
  return {
    kind: 'listed',
    baseUrl,
    headers,
    models: entries.flatMap((entry) => modelId(entry) ?? []),
    entries,
  };
}

/** Reads OpenAI's `{data: [{id}]}`, a plain list, or Ollama's `{models: [{name}]}`. Null for anything else. */
function readEntries(text: string): JsonObject[] | null {
  const body = parseJson(text);
  const list = asObject(body)?.data ?? asObject(body)?.models ?? body;
  if (!Array.isArray(list)) return null;
  const entries = asArray(list)
    .map(asObject)
    .filter((entry) => entry !== null);
  // An empty list counts only under the key `data` or `models`.
  const isOfModels =
    list === body || list.length > 0 ? entries.some((entry) => modelId(entry) !== null) : true;
  return isOfModels ? entries : null;
}

/** The id of a model in the list; null for none. */
export function modelId(entry: JsonObject): string | null {
  return asText(entry.id) ?? asText(entry.name);
}

/** The three most similar ids: first those that contain `model` or are contained in it, then by edit distance. */
export function similarIds(model: string, ids: readonly string[]): string[] {
  const wanted = model.toLowerCase();
  const rank = (id: string) => {
    const name = id.toLowerCase();
    return distance(wanted, name) - (name.includes(wanted) || wanted.includes(name) ? 1000 : 0);
  };
  return [...ids].sort((a, b) => rank(a) - rank(b)).slice(0, 3);
}
