import type { IncomingHttpHeaders } from 'node:http';
import { asCount, asObject, asText, type JsonObject, parseJson } from '../json.js';
import { fetchPage, type PageRequest } from './fetch-page.js';
import type { Context, KnownServer, PageFact, Sign } from './known-server.js';
import { modelId } from './list-models.js';
import { hostedServer, SERVERS } from './servers.js';

/** The pages of one server, each fetched once. */
export interface SidePages {
  get(path: string, body?: unknown): Promise<SidePage | null>;
}
/** A page that the server has. */
interface SidePage {
  /** Undefined when it is not JSON. */
  body: unknown;
  text: string;
}

/** The pages beside the API at a base URL. A page that does not come in time is not there. */
export function sidePages(request: Omit<PageRequest, 'path' | 'body'>): SidePages {
  const beside = request.baseUrl.replace(/\/v\d+\w*(?=\?|$)/, '');
  const asked = new Map<string, Promise<SidePage | null>>();
  async function ask(path: string, body: unknown): Promise<SidePage | null> {
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
export interface Traces {
  hostname: string;
  /** Of every answer so far. */
  headers: readonly IncomingHttpHeaders[];
  /** Of its list of models. */
  entries: readonly JsonObject[];
}

/** Which server this is; null when none of its signs is known. A server is never guessed. */
export async function recogniseServer(traces: Traces, pages: SidePages): Promise<KnownServer | null> {
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
  pages: SidePages,
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
  pages: SidePages,
): Promise<Context | null> {
  const entry = entries.find((each) => modelId(each) === model);
  for (const fact of server?.context ?? []) {
    const context = await readFact(fact, pages, model);
    if (context !== null) return context;
  }
  return entry === undefined ? null : listedContext(entry);
}

async function readFact<T>(fact: PageFact<T>, pages: SidePages, model: string): Promise<T | null> {
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
