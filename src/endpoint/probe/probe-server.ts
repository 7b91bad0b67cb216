import type { IncomingHttpHeaders } from 'node:http';
import { asCount, asObject, asText, type JsonObject, parseJson } from '../json.js';
import { directDispatcher } from '../meter/exchange.js';
import { hasResponsesShape } from '../meter/read-responses.js';
import { type Deadline, type Endpoint, fetchPage, type PageRequest } from './fetch-page.js';
import type { Context, KnownServer, PageFact, Sign } from './known-server.js';
import { modelId } from './list-models.js';
import { markupKind } from './non-api-answer.js';
import { hostedServer, SERVERS } from './servers.js';

/** Pages of a server outside its API. Each is fetched once. */
export interface ServerPages {
  get(path: string, body?: unknown): Promise<ServerPage | null>;
}
/** A page that the server has. */
interface ServerPage {
  /** The parsed JSON; undefined for other text. */
  body: unknown;
  text: string;
}

/** The pages of the server at a base URL. A page that does not arrive in time counts as missing. */
export function serverPages(request: Omit<PageRequest, 'path' | 'body'>): ServerPages {
  const root = request.baseUrl.replace(/\/v\d+\w*(?=\?|$)/, '');
  const pages = new Map<string, Promise<ServerPage | null>>();
  async function load(path: string, body: unknown): Promise<ServerPage | null> {
    const page = await fetchPage({ ...request, baseUrl: root, path, body });
    if (page.kind === 'failed' || page.status < 200 || page.status >= 300) return null;
    return { body: parseJson(page.text), text: page.text };
  }
  return {
    get(path, body) {
      const id = path + JSON.stringify(body ?? '');
      const page = pages.get(id) ?? load(path, body);
      pages.set(id, page);
      return page;
    },
  };
}

/** What is known about a server before its pages are fetched. */
export interface ServerEvidence {
  hostname: string;
  /** Headers of all answers so far. */
  headers: readonly IncomingHttpHeaders[];
  /** Entries of its list of models. */
  entries: readonly JsonObject[];
}

/** Recognises the server by its signs; null for an unknown one. It never guesses. */
export async function probeServer(evidence: ServerEvidence, pages: ServerPages): Promise<KnownServer | null> {
  const certain = hostedServer(evidence.hostname) ?? SERVERS.find(({ signs }) => signs.some(isCertain));
  if (certain) return certain;
  const matches = await Promise.all(
    SERVERS.map(async (server) => {
      const onPages = await Promise.all(server.signs.map((sign) => isOnPage(sign)));
      return onPages.includes(true);
    }),
  );
  return SERVERS[matches.indexOf(true)] ?? null;

  function isPossible({ header, ownedBy }: Sign): boolean {
    const hasHeader =
      header === undefined || evidence.headers.some((all) => header[1].test(`${all[header[0]] ?? ''}`));
    return (
      hasHeader && (ownedBy === undefined || evidence.entries.some((entry) => entry.owned_by === ownedBy))
    );
  }
  function isCertain(sign: Sign): boolean {
    return sign.page === undefined && isPossible(sign);
  }
  async function isOnPage(sign: Sign): Promise<boolean> {
    if (sign.page === undefined || !isPossible(sign)) return false;
    const page = await pages.get(sign.page.path);
    return page !== null && sign.page.is(page.body, page.text);
  }
}

/** The version that the server reports; null for none. */
export async function serverVersion(
  { version }: KnownServer,
  headers: readonly IncomingHttpHeaders[],
  pages: ServerPages,
): Promise<string | null> {
  if (version === undefined) return null;
  if ('header' in version) return headers.map((all) => asText(all[version.header])).find(Boolean) ?? null;
  return readFact(version, pages, '');
}

/** The context length of the model, from the pages of the server or from the list of models; null when it is unknown. */
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

/** The names that vLLM and SGLang, OpenRouter and Together, Groq, and Mistral use. llama.cpp has it in `meta`. */
const SERVED_FIELDS = ['max_model_len', 'context_length', 'context_window', 'max_context_length'];

function listedContext(entry: JsonObject): Context | null {
  const meta = asObject(entry.meta);
  const tokens = SERVED_FIELDS.map((name) => asCount(entry[name])).find(Boolean) ?? asCount(meta?.n_ctx);
  if (tokens) return { tokens, of: 'served' };
  const trained = asCount(meta?.n_ctx_train);
  return trained ? { tokens: trained, of: 'model' } : null;
}

/**
 * Whether the endpoint has `/responses`; null when that is unknown. Uses no tokens: it sends an empty request, which a
 * server with this API refuses as invalid.
 *
 * @throws only the reason of the signal
 */
export async function findResponsesApi(endpoint: Endpoint, deadline: Deadline): Promise<boolean | null> {
  const dispatcher = directDispatcher();
  try {
    const page = await fetchPage({ ...endpoint, ...deadline, dispatcher, path: '/responses', body: {} });
    return page.kind === 'answered' ? hasResponses(page.status, page.text) : null;
  } finally {
    await dispatcher.destroy();
  }
}

/** Whether the answer to an empty request at `/responses` comes from the Responses API; null when that is unknown. */
export function hasResponses(status: number, text: string): boolean | null {
  if (status === 404 || status === 405 || status === 501) return false;
  if (status === 400 || status === 422) return markupKind(text.trimStart()) === null;
  if (status < 200 || status >= 300) return null;
  // A 2xx is not enough: LM Studio and web servers answer 200 to unknown paths.
  const answer = asObject(parseJson(text));
  return answer !== null && hasResponsesShape(answer);
}
