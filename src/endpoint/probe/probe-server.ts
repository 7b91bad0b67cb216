import type { IncomingHttpHeaders } from 'node:http';
import { asCount, asObject, asText, type JsonObject, parseJson } from '../json.js';
import { directDispatcher } from '../meter/exchange.js';
import { hasResponsesShape } from '../meter/read-responses.js';
import { type Deadline, type Endpoint, fetchPage, type PageRequest } from './fetch-page.js';
import type { Context, KnownServer, PageFact, Sign } from './known-server.js';
import { modelId } from './list-models.js';
import { markupKind } from './non-api-answer.js';
import { hostedServer, SERVERS } from './servers.js';

/** The pages of one server, each fetched once. */
export interface ServerPages {
  get(path: string, body?: unknown): Promise<ServerPage | null>;
}
/** A page that the server has. */
interface ServerPage {
  /** Undefined when it is not JSON. */
  body: unknown;
  text: string;
}

/** The pages beside the API at a base URL. A page that does not come in time is not there. */
export function serverPages(request: Omit<PageRequest, 'path' | 'body'>): ServerPages {
  const beside = request.baseUrl.replace(/\/v\d+\w*(?=\?|$)/, '');
  const asked = new Map<string, Promise<ServerPage | null>>();
  async function ask(path: string, body: unknown): Promise<ServerPage | null> {
    const page = await fetchPage({ ...request, baseUrl: beside, path, body });
    if (page.kind === 'failed' || page.status < 200 || page.status >= 300) return null;
    return { body: parseJson(page.text), text: page.text };
  }
  return {
    get(path, body) {
      const id = path + JSON.stringify(body ?? '');
      const page = asked.get(id) ?? ask(path, body);
      asked.set(id, page);
      return page;
    },
  };
}

/** What is known of a server before a page is asked for. */
export interface ServerEvidence {
  hostname: string;
  /** Of every answer so far. */
  headers: readonly IncomingHttpHeaders[];
  /** Of its list of models. */
  entries: readonly JsonObject[];
}

/** Which server this is; null when none of its signs is known. A server is never guessed. */
export async function probeServer(traces: ServerEvidence, pages: ServerPages): Promise<KnownServer | null> {
  const certain = hostedServer(traces.hostname) ?? SERVERS.find(({ signs }) => signs.some(isShown));
  if (certain) return certain;
  const told = await Promise.all(
    SERVERS.map(async (server) => {
      const shown = await Promise.all(server.signs.map((sign) => isOnPage(sign)));
      return shown.includes(true);
    }),
  );
  return SERVERS[told.indexOf(true)] ?? null;

  function isPossible({ header, ownedBy }: Sign): boolean {
    const hasHeader =
      header === undefined || traces.headers.some((all) => header[1].test(`${all[header[0]] ?? ''}`));
    return hasHeader && (ownedBy === undefined || traces.entries.some((entry) => entry.owned_by === ownedBy));
  }
  function isShown(sign: Sign): boolean {
    return sign.page === undefined && isPossible(sign);
  }
  async function isOnPage(sign: Sign): Promise<boolean> {
    if (sign.page === undefined || !isPossible(sign)) return false;
    const page = await pages.get(sign.page.path);
    return page !== null && sign.page.is(page.body, page.text);
  }
}

/** What the server says of its version; null when it does not. */
export async function serverVersion(
  { version }: KnownServer,
  headers: readonly IncomingHttpHeaders[],
  pages: ServerPages,
): Promise<string | null> {
  if (version === undefined) return null;
  if ('header' in version) return headers.map((all) => asText(all[version.header])).find(Boolean) ?? null;
  return readFact(version, pages, '');
}

/** How much context the model has, from the list of models or from the server's own pages; null when nobody tells. */
export async function contextOf(
  model: string,
  server: KnownServer | null,
  entries: readonly JsonObject[],
  pages: ServerPages,
): Promise<Context | null> {
  const entry = entries.find((each) => modelId(each) === model);
  for (const fact of server?.context ?? []) {
    const context = await readFact(fact, pages, model);
    if (context !== null) return context;
  }
  return entry === undefined ? null : listedContext(entry);
}

async function readFact<T>(fact: PageFact<T>, pages: ServerPages, model: string): Promise<T | null> {
  const page = await pages.get(fact.path, fact.ask?.(model));
  return page === null ? null : fact.read(page.body, model);
}

/** vLLM and SGLang, OpenRouter and Together, Groq, Mistral, each by its own name; llama.cpp within `meta`. */
const SERVED_FIELDS = ['max_model_len', 'context_length', 'context_window', 'max_context_length'];

function listedContext(entry: JsonObject): Context | null {
  const meta = asObject(entry.meta);
  const tokens = SERVED_FIELDS.map((name) => asCount(entry[name])).find(Boolean) ?? asCount(meta?.n_ctx);
  if (tokens) return { tokens, of: 'served' };
  const trained = asCount(meta?.n_ctx_train);
  return trained ? { tokens: trained, of: 'model' } : null;
}

/**
 * Whether an endpoint has `/responses`, asked without a token spent: a server that has the API complains about an
 * empty request, and has nothing to answer. Null when it cannot be told. Rejects only when the signal aborts.
 */
export async function findResponsesApi(endpoint: Endpoint, limits: Deadline): Promise<boolean | null> {
  const dispatcher = directDispatcher();
  try {
    const page = await fetchPage({ ...endpoint, ...limits, dispatcher, path: '/responses', body: {} });
    return page.kind === 'answered' ? hasResponses(page.status, page.text) : null;
  } finally {
    await dispatcher.destroy();
  }
}

/** What an answer to an empty request at `/responses` says. Only what has the shape of the API is a sign of it. */
export function hasResponses(status: number, text: string): boolean | null {
  if (status === 404 || status === 405 || status === 501) return false;
  if (status === 400 || status === 422) return markupKind(text.trimStart()) === null;
  if (status < 200 || status >= 300) return null;
  // LM Studio answers 200 to paths that it does not have, and web servers with a page of theirs.
  const answer = asObject(parseJson(text));
  return answer !== null && hasResponsesShape(answer);
}
