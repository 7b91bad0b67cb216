import type { IncomingHttpHeaders } from 'node:http';
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
  /** The base URL that answered: another than the given one where that was not where the API is. */
  baseUrl: string;
  /** Of the answer; empty when none came. */
  headers: IncomingHttpHeaders;
}

export interface ListedModels extends ListAnswer {
  kind: 'listed';
  models: string[];
  /** The list's entries as the server sent them. */
  entries: readonly JsonObject[];
}

export interface NoModelList extends ListAnswer {
  kind: 'failed';
  cause: CallCause;
  /** Null when a connection was made. */
  fault: FaultKind | null;
  error: string;
  /** What came instead of a list with a good status; null when something else failed. */
  nonApi: NonApiAnswer | null;
}

export type ModelList = ListedModels | NoModelList;

/**
 * Asks `GET /models`; where the API is not there, asks at the base URLs that may have been meant. Rejects only when
 * `signal` aborts.
 */
export async function listModels(endpoint: Endpoint, limits: Deadline): Promise<ModelList> {
  const dispatcher = directDispatcher();
  try {
    const first = await listAt(endpoint, limits, dispatcher);
    if (first.kind === 'listed' || !mayBeElsewhere(first)) return first;
    const location = asText(first.headers.location);
    const bases = candidateBaseUrls(endpoint, { ...first, location });
    const others = await Promise.all(
      bases.map((baseUrl) => listAt({ ...endpoint, baseUrl }, limits, dispatcher)),
    );
    const isThere = (list: ModelList) => list.kind === 'listed' || list.cause === 'auth';
    return others.find(({ kind }) => kind === 'listed') ?? others.find(isThere) ?? first;
  } finally {
    await dispatcher.destroy();
  }
}

function mayBeElsewhere({ cause, fault, error }: NoModelList): boolean {
  if (fault !== null) return fault === 'tls' || fault === 'reset';
  return cause === 'not_found' || cause === 'malformed_stream' || /\bHTTPS\b/.test(error);
}

async function listAt(endpoint: Endpoint, limits: Deadline, dispatcher: Dispatcher): Promise<ModelList> {
  const { baseUrl } = endpoint;
  const page = await fetchPage({ ...endpoint, ...limits, dispatcher, path: '/models' });
  if (page.kind === 'failed') return { ...page, baseUrl, headers: {}, nonApi: null };
  const { status, headers, text } = page;
  const failed = (cause: CallCause, said: string, foreign: NonApiAnswer | null = null): ModelList => {
    const error = redactKey(said, endpoint.key);
    return { kind: 'failed', baseUrl, headers, cause, fault: null, error, nonApi: foreign };
  };
  if (status < 200 || status >= 300) {
    const error = readErrorBody(text);
    return failed(classifyAnswer(status, error), `HTTP ${status}: ${error.message || 'no explanation'}`);
  }
  const entries = readEntries(text);
  const inBand = entries === null && isApiError(parseJson(text)) ? readErrorBody(text) : null;
  if (inBand !== null) return failed(classifyInBand(inBand), inBand.message);
  if (entries === null) {
    const foreign = nonApiAnswer(redactKey(text, endpoint.key));
    const said = `GET /models was answered with ${foreign.kind}, not with a list of models.`;
    return failed('malformed_stream', said, foreign);
  }
  return {
    kind: 'listed',
    baseUrl,
    headers,
    models: entries.flatMap((entry) => modelId(entry) ?? []),
    entries,
  };
}

/** OpenAI's `{data: [{id}]}`, a bare list, or Ollama's `{models: [{name}]}`. Null: it is no list of models. */
function readEntries(text: string): JsonObject[] | null {
  const body = parseJson(text);
  const list = asObject(body)?.data ?? asObject(body)?.models ?? body;
  if (!Array.isArray(list)) return null;
  const entries = asArray(list)
    .map(asObject)
    .filter((entry) => entry !== null);
  // An empty list is one of models only where it is called so.
  const isOfModels =
    list === body || list.length > 0 ? entries.some((entry) => modelId(entry) !== null) : true;
  return isOfModels ? entries : null;
}

/** What a model of the list is asked for by. */
export function modelId(entry: JsonObject): string | null {
  return asText(entry.id) ?? asText(entry.name);
}
