import type { Dispatcher } from 'undici';
import type { Clock } from '../../host/clock.js';
import type { ModelCall } from '../../model/model-call.js';
import { directDispatcher } from '../meter/exchange.js';
import type { Answer } from './ask.js';
import { type ChatCaller, chatCaller } from './chat-caller.js';
import type { Endpoint } from './fetch-page.js';
import { listModels } from './list-models.js';
import {
  answeredFindings,
  answerFinding,
  argumentsFinding,
  baseFinding,
  keyFinding,
  modelFinding,
  type ProbeCheck,
  resultFinding,
  type Subject,
  toolCallFinding,
  usageFinding,
} from './probe-findings.js';
import { CALL_QUESTION, resultQuestion, TOOL_NAME } from './probe-question.js';

export type { ProbeCheck } from './probe-findings.js';

export interface ProbeOptions extends Endpoint {
  model: string;
  clock: Clock;
  /** Per call. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface ProbeResult {
  /** In order; a `fail` ends the probe. */
  checks: ProbeCheck[];
  /** All calls, marked as calls of the probe. */
  calls: readonly ModelCall[];
  /** The base URL to use; corrected when the API is not at the given one. */
  baseUrl: string;
}

/**
 * Asks the endpoint for one streamed tool round trip: a call, its result, an answer. An endpoint that cannot be reached or
 * does not answer, a refused key and an unknown model are a `fail`; everything else is a `warn`.
 *
 * @throws only the reason of `signal`
 */
export async function probeEndpoint(options: ProbeOptions): Promise<ProbeResult> {
  const dispatcher = directDispatcher();
  try {
    return await probe(options, dispatcher);
  } finally {
    await dispatcher.destroy();
  }
}

async function probe(options: ProbeOptions, dispatcher: Dispatcher): Promise<ProbeResult> {
  const { model, key, timeoutMs, signal } = options;
  const endpoint = { baseUrl: options.baseUrl, key };
  const caller = chatCaller({ ...options, endpoint, dispatcher });
  const checks: ProbeCheck[] = [];
  const result = () => ({ checks, calls: caller.calls, baseUrl: endpoint.baseUrl });
  const subject = (): Subject => ({ ...endpoint, model, server: null });

  const keyProblem = keyFinding(subject());
  if (keyProblem !== null) checks.push(keyProblem);
  if (keyProblem?.status === 'fail') return result();
  let first = await caller.ask(CALL_QUESTION);
  if (first !== null && mayBeElsewhere(first)) {
    const list = await listModels(endpoint, { timeoutMs, signal });
    if (list.baseUrl !== endpoint.baseUrl) {
      endpoint.baseUrl = list.baseUrl;
      checks.push(baseFinding(list.baseUrl));
      first = await caller.ask(CALL_QUESTION);
    }
    if (first?.call.cause === 'not_found' || first?.call.cause === 'model_unknown') {
      checks.push(modelFinding(first.call, list, subject()));
      return result();
    }
  }
  if (first === null) return result();
  const problem = answerFinding(first, subject());
  if (problem !== null) checks.push(problem);
  else checks.push(...answeredFindings(first, subject()), ...(await roundTrip(first, caller, subject())));
  return result();
}

/** Whether the list of models can help: it may show another base URL, or the right model. */
function mayBeElsewhere({ call, unreachable, nonApi }: Answer): boolean {
  if (unreachable !== null) return unreachable === 'tls' || unreachable === 'reset';
  if (nonApi !== null) return true;
  const { cause } = call;
  return cause === 'not_found' || cause === 'model_unknown' || cause === 'malformed_stream';
}

/** Checks the tool call in the first answer, and sends the tool's result. */
async function roundTrip(first: Answer, caller: ChatCaller, subject: Subject): Promise<ProbeCheck[]> {
  const checks = [toolCallFinding(first, subject)];
  const call = first.parsed.toolCalls[0];
  if (call !== undefined) {
    if (call.name === TOOL_NAME) checks.push(argumentsFinding(call, subject));
    checks.push(resultFinding(await caller.ask(resultQuestion(first.parsed, call)), subject));
  }
  const usage = usageFinding(caller);
  return usage === null ? checks : [...checks, usage];
}
