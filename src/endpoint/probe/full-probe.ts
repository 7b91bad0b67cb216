import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../host/clock.js';
import type { ModelCall } from '../../model/model-call.js';
import { directDispatcher } from '../meter/exchange.js';
import type { Answer } from './ask.js';
import { type ChatCaller, chatCaller } from './chat-caller.js';
import { type Deadline, type Endpoint, fetchPage } from './fetch-page.js';
import {
  chatFinding,
  contextFinding,
  modelsFinding,
  parallelFinding,
  responsesFinding,
  serverFinding,
  speedFinding,
  streamFinding,
  unstreamedFinding,
  urlFinding,
} from './full-probe-findings.js';
import type { KnownServer } from './known-server.js';
import { listModels, type ModelList } from './list-models.js';
import type { NormalisedEndpoint } from './normalise-endpoint.js';
import {
  answeredFindings,
  answerFinding,
  argumentsFinding,
  keyFinding,
  keyRefusedFinding,
  modelFinding,
  nonApiFinding,
  type ProbeCheck,
  resultFinding,
  type Subject,
  toolCallFinding,
  unansweredFinding,
  unreachableFinding,
  usageFinding,
} from './probe-findings.js';
import {
  CALL_QUESTION,
  PARALLEL_QUESTION,
  PLAIN_QUESTION,
  resultQuestion,
  TOOL_NAME,
} from './probe-question.js';
import {
  contextOf,
  hasResponses,
  probeServer,
  type ServerPages,
  serverPages,
  serverVersion,
} from './probe-server.js';

export interface FullProbeOptions {
  endpoint: NormalisedEndpoint;
  key: string | null;
  /** Null: the only one that the server lists. */
  model: string | null;
  clock: Clock;
  /** For each question to the model. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Told of each check as it ends, in the order of reading. */
  onCheck(check: ProbeCheck): void;
}

export interface FullProbeResult {
  /** The base URL to use. */
  baseUrl: string;
  /** The model that was asked; null when none was. */
  model: string | null;
  server: { id: string; name: string; version: string | null } | null;
  contextTokens: number | null;
  responsesApi: boolean | null;
  calls: readonly ModelCall[];
}

/** A page that says something about a server comes at once, or not at all. */
const PAGE_TIMEOUT_MS = 2_500;
const LIST_TIMEOUT_MS = 10_000;

/**
 * Everything that can be found out about an endpoint in fewer than 2,000 tokens. The pages beside the model are asked for
 * side by side; the questions to the model one after the other, so that its speed is measured undisturbed and one
 * question may use what another left. Rejects only when `signal` aborts.
 */
export async function fullProbe(options: FullProbeOptions): Promise<FullProbeResult> {
  const dispatcher = directDispatcher();
  try {
    return await probeWith(options, dispatcher);
  } finally {
    await dispatcher.destroy();
  }
}

async function probeWith(options: FullProbeOptions, dispatcher: Dispatcher): Promise<FullProbeResult> {
  const { endpoint: given, key, clock, signal, onCheck } = options;
  const result: FullProbeResult = {
    baseUrl: given.baseUrl,
    model: null,
    server: null,
    contextTokens: null,
    responsesApi: null,
    calls: [],
  };
  const wrong = keyFinding({ baseUrl: given.baseUrl, key });
  if (wrong?.status === 'fail') {
    onCheck(wrong);
    return result;
  }
  const limits = { timeoutMs: Math.min(LIST_TIMEOUT_MS, options.timeoutMs), signal };
  const list = await listModels({ baseUrl: given.baseUrl, key }, limits);
  const endpoint = { baseUrl: list.baseUrl, key };
  result.baseUrl = list.baseUrl;
  onCheck(urlFinding(given, list.baseUrl, list.baseUrl !== given.baseUrl));
  if (wrong !== null) onCheck(wrong);
  if (list.kind === 'failed' && list.fault !== null) {
    onCheck(unreachableFinding(list.fault, list.error));
    return result;
  }

  const pages = serverPages({ ...endpoint, dispatcher, timeoutMs: PAGE_TIMEOUT_MS, signal });
  const found = await identify(endpoint, list, pages, { timeoutMs: PAGE_TIMEOUT_MS, signal }, dispatcher);
  const { server } = found;
  const model = options.model ?? onlyModel(list);
  if (server !== null) result.server = { id: server.id, name: server.name, version: found.version };
  result.responsesApi = found.responsesApi;
  onCheck(serverFinding(server, found.version));
  const subject: Subject = { ...endpoint, model: model ?? '', server };
  if (list.kind === 'failed' && list.cause === 'auth') {
    onCheck(keyRefusedFinding(list.error, subject));
    return result;
  }
  if (list.kind === 'failed' && list.nonApi !== null && model === null) {
    onCheck(nonApiFinding(list.nonApi, 'GET /models', subject));
    return result;
  }
  onCheck(modelsFinding(list, model, subject));
  onCheck(responsesFinding(found.responsesApi));
  if (model === null) return result;

  result.model = model;
  const caller = chatCaller({ endpoint, model, dispatcher, clock, timeoutMs: options.timeoutMs, signal });
  result.calls = caller.calls;
  const goesOn = await askModel(caller, list, subject, onCheck);
  if (!goesOn) return result;
  const entries = list.kind === 'listed' ? list.entries : [];
  // A server may load the model only when it is asked: what it gives it is known afterwards.
  const afterwards = serverPages({ ...endpoint, dispatcher, timeoutMs: PAGE_TIMEOUT_MS, signal });
  const context = await contextOf(model, server, entries, afterwards);
  result.contextTokens = context?.of === 'served' ? context.tokens : null;
  onCheck(contextFinding(context, server));
  return result;
}

function onlyModel(list: ModelList): string | null {
  const [only, ...more] = list.kind === 'listed' ? list.models : [];
  return more.length === 0 ? (only ?? null) : null;
}

interface Identity {
  server: KnownServer | null;
  version: string | null;
  responsesApi: boolean | null;
}

/** Who answers, and by which APIs: nothing here costs a token. */
async function identify(
  endpoint: Endpoint,
  list: ModelList,
  pages: ServerPages,
  limits: Deadline,
  dispatcher: Dispatcher,
): Promise<Identity> {
  const entries = list.kind === 'listed' ? list.entries : [];
  const { hostname } = new URL(endpoint.baseUrl);
  const recognise = (headers: IncomingHttpHeaders[]) => probeServer({ hostname, headers, entries }, pages);
  const [page, atOnce] = await Promise.all([
    // An empty request: a server that has the API complains about it, and has nothing to answer.
    fetchPage({ ...endpoint, ...limits, dispatcher, path: '/responses', body: {} }),
    recognise([list.headers]),
  ]);
  const headers = page.kind === 'answered' ? [list.headers, page.headers] : [list.headers];
  const server = atOnce ?? (await recognise(headers));
  return {
    server,
    version: server === null ? null : await serverVersion(server, headers, pages),
    responsesApi: page.kind === 'answered' ? hasResponses(page.status, page.text) : null,
  };
}

/** The questions to the model. Returns whether it, or at least its server, was of any use. */
async function askModel(
  caller: ChatCaller,
  list: ModelList,
  subject: Subject,
  onCheck: (check: ProbeCheck) => void,
): Promise<boolean> {
  const first = await caller.ask(CALL_QUESTION);
  if (first === null) return false;
  const { cause } = first.call;
  if (cause === 'not_found' || cause === 'model_unknown') {
    onCheck(modelFinding(first.call, list, subject));
    return false;
  }
  const unusable = answerFinding(first, subject);
  if (unusable !== null) {
    onCheck(unusable);
    if (unusable.status === 'fail') return false;
    if (first.timedOut) return true;
  } else {
    for (const check of answeredFindings(first, subject)) onCheck(check);
    onCheck(streamFinding(first));
    await useTools(first, caller, subject, onCheck);
  }
  if (first.parsed.toolCalls.length === 0 && first.call.finish !== 'length') {
    const unstreamed = await caller.ask({ ...CALL_QUESTION, stream: false });
    const finding = unstreamed === null ? null : unstreamedFinding(unstreamed, subject);
    if (finding !== null) onCheck(finding);
  }
  onCheck(chatFinding(await caller.ask(PLAIN_QUESTION)));
  const unanswered = unansweredFinding(caller.calls, subject);
  if (unanswered !== null) {
    onCheck(unanswered);
    return false;
  }
  for (const check of [usageFinding(caller), speedFinding(caller.calls)]) if (check !== null) onCheck(check);
  return true;
}

/** One tool round trip, and two calls at once. */
async function useTools(
  first: Answer,
  caller: ChatCaller,
  subject: Subject,
  onCheck: (check: ProbeCheck) => void,
): Promise<void> {
  onCheck(toolCallFinding(first, subject));
  const made = first.parsed.toolCalls[0];
  if (made === undefined) return;
  if (made.name === TOOL_NAME) onCheck(argumentsFinding(made, subject));
  onCheck(resultFinding(await caller.ask(resultQuestion(first.parsed, made)), subject));
  onCheck(parallelFinding(await caller.ask(PARALLEL_QUESTION), subject));
}
