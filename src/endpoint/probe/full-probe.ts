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
  /** Null for the only model that the server lists. */
  model: string | null;
  clock: Clock;
  /** Per question to the model. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Called for each check, in the order in which they are shown. */
  onCheck(check: ProbeCheck): void;
}

export interface FullProbeResult {
  /** The base URL to use. */
  baseUrl: string;
  /** The model that was tested; null for none. */
  model: string | null;
  server: { id: string; name: string; version: string | null } | null;
  contextTokens: number | null;
  responsesApi: boolean | null;
  calls: readonly ModelCall[];
}

/** A server sends such a page at once, or not at all. */
const PAGE_TIMEOUT_MS = 2_500;
const LIST_TIMEOUT_MS = 10_000;

/**
 * The probe of `doctor`: recognises the server and tests the model with fewer than 2,000 tokens. Pages are fetched in
 * parallel. Questions to the model run one after the other: so they do not disturb the measured speed, and each can use
 * the tokens that are left.
 *
 * @throws only the reason of `signal`
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
  const keyProblem = keyFinding({ baseUrl: given.baseUrl, key });
  if (keyProblem?.status === 'fail') {
    onCheck(keyProblem);
    return result;
  }
  const deadline = { timeoutMs: Math.min(LIST_TIMEOUT_MS, options.timeoutMs), signal };
  const list = await listModels({ baseUrl: given.baseUrl, key }, deadline);
  const endpoint = { baseUrl: list.baseUrl, key };
  result.baseUrl = list.baseUrl;
  onCheck(urlFinding(given, list.baseUrl, list.baseUrl !== given.baseUrl));
  if (keyProblem !== null) onCheck(keyProblem);
  if (list.kind === 'failed' && list.fault !== null) {
    onCheck(unreachableFinding(list.fault, list.error));
    return result;
  }

  const pages = serverPages({ ...endpoint, dispatcher, timeoutMs: PAGE_TIMEOUT_MS, signal });
  const identity = await identify(endpoint, list, pages, { timeoutMs: PAGE_TIMEOUT_MS, signal }, dispatcher);
  const { server } = identity;
  const model = options.model ?? onlyModel(list);
  if (server !== null) result.server = { id: server.id, name: server.name, version: identity.version };
  result.responsesApi = identity.responsesApi;
  onCheck(serverFinding(server, identity.version));
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
  onCheck(responsesFinding(identity.responsesApi));
  if (model === null) return result;

  result.model = model;
  const caller = chatCaller({ endpoint, model, dispatcher, clock, timeoutMs: options.timeoutMs, signal });
  result.calls = caller.calls;
  const canContinue = await askModel(caller, list, subject, onCheck);
  if (!canContinue) return result;
  const entries = list.kind === 'listed' ? list.entries : [];
  // Fetched again: a server may load the model, with its context length, only at the first question.
  const freshPages = serverPages({ ...endpoint, dispatcher, timeoutMs: PAGE_TIMEOUT_MS, signal });
  const context = await contextOf(model, server, entries, freshPages);
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

/** Recognises the server and its APIs. Uses no tokens. */
async function identify(
  endpoint: Endpoint,
  list: ModelList,
  pages: ServerPages,
  deadline: Deadline,
  dispatcher: Dispatcher,
): Promise<Identity> {
  const entries = list.kind === 'listed' ? list.entries : [];
  const { hostname } = new URL(endpoint.baseUrl);
  const recognise = (headers: IncomingHttpHeaders[]) => probeServer({ hostname, headers, entries }, pages);
  const [page, known] = await Promise.all([
    // An empty request uses no tokens: a server with this API refuses it.
    fetchPage({ ...endpoint, ...deadline, dispatcher, path: '/responses', body: {} }),
    recognise([list.headers]),
  ]);
  const headers = page.kind === 'answered' ? [list.headers, page.headers] : [list.headers];
  const server = known ?? (await recognise(headers));
  return {
    server,
    version: server === null ? null : await serverVersion(server, headers, pages),
    responsesApi: page.kind === 'answered' ? hasResponses(page.status, page.text) : null,
  };
}

/** Asks the model all questions. Returns false when no further check makes sense. */
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
  const problem = answerFinding(first, subject);
  if (problem !== null) {
    onCheck(problem);
    if (problem.status === 'fail') return false;
    if (first.timedOut) return true;
  } else {
    for (const check of answeredFindings(first, subject)) onCheck(check);
    onCheck(streamFinding(first));
    await testTools(first, caller, subject, onCheck);
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

/** One tool round trip, then two calls at once. */
async function testTools(
  first: Answer,
  caller: ChatCaller,
  subject: Subject,
  onCheck: (check: ProbeCheck) => void,
): Promise<void> {
  onCheck(toolCallFinding(first, subject));
  const call = first.parsed.toolCalls[0];
  if (call === undefined) return;
  if (call.name === TOOL_NAME) onCheck(argumentsFinding(call, subject));
  onCheck(resultFinding(await caller.ask(resultQuestion(first.parsed, call)), subject));
  onCheck(parallelFinding(await caller.ask(PARALLEL_QUESTION), subject));
}
