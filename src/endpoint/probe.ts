import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.js';
import { type Answer, ask } from './ask.js';
import { directDispatcher } from './direct.js';
import { type Endpoint, listModels } from './list-models.js';
import type { ModelCall } from './model-call.js';
import {
  answeredFindings,
  answerFinding,
  baseFinding,
  keyFinding,
  modelFinding,
  type ProbeCheck,
  resultFinding,
  toolCallFinding,
  usageFinding,
} from './probe-findings.js';
import { ANSWER_TOKENS, QUESTION, TOOL, toolResult } from './probe-question.js';

export type { ProbeCheck } from './probe-findings.js';

export interface ProbeOptions extends Endpoint {
  model: string;
  clock: Clock;
  /** For each call. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface ProbeResult {
  /** In the order of asking; after a `fail` nothing more is asked. */
  checks: ProbeCheck[];
  /** Every call that was made, marked as a probe's. */
  calls: ModelCall[];
  /** The base URL to use: with `/v1` when the given one lacked it. */
  baseUrl: string;
}

/**
 * Asks the endpoint for one streamed tool round trip: a call, its result, an answer. Unreachable, silent, key refused
 * and model unknown fail; everything else warns. Rejects only when `signal` aborts.
 */
export async function probeEndpoint(options: ProbeOptions): Promise<ProbeResult> {
  const dispatcher = directDispatcher();
  try {
    return await roundTrip(options, dispatcher);
  } finally {
    await dispatcher.destroy();
  }
}

async function roundTrip(options: ProbeOptions, dispatcher: Dispatcher): Promise<ProbeResult> {
  const { model, key, timeoutMs, signal } = options;
  const result: ProbeResult = { checks: [], calls: [], baseUrl: options.baseUrl };
  const { checks, calls } = result;
  const subject = () => ({ model, key, baseUrl: result.baseUrl });
  const add = (finding: ProbeCheck | null): ProbeCheck | null => {
    if (finding !== null) checks.push(finding);
    return finding;
  };
  /** What a picky server made us change in our requests. */
  const manners = { limit: 'max_tokens', usage: true };

  async function put(messages: readonly unknown[]): Promise<Answer> {
    const chat = {
      model,
      messages,
      tools: [TOOL],
      tool_choice: 'auto',
      stream: true,
      [manners.limit]: ANSWER_TOKENS,
      ...(manners.usage ? { stream_options: { include_usage: true } } : {}),
    };
    const endpoint = { baseUrl: result.baseUrl, key };
    const index = calls.length + 1;
    const answer = await ask(chat, { endpoint, dispatcher, clock: options.clock, index, timeoutMs, signal });
    calls.push(answer.call);
    return giveWay(answer.call) ? put(messages) : answer;
  }

  /** Whether the server refused one of our optional fields, which is then left out or renamed; each once. */
  function giveWay({ cause, error }: ModelCall): boolean {
    if (cause !== 'bad_request' || error === null) return false;
    if (manners.usage && /stream_options|include_usage/.test(error)) {
      manners.usage = false;
      return true;
    }
    if (manners.limit === 'max_tokens' && error.includes('max_completion_tokens')) {
      manners.limit = 'max_completion_tokens';
      return true;
    }
    return false;
  }

  if (add(keyFinding(subject()))?.status === 'fail') return result;
  let first = await put([QUESTION]);
  const { cause } = first.call;
  if (cause === 'not_found' || cause === 'model_unknown' || cause === 'malformed_stream') {
    const list = await listModels({ baseUrl: result.baseUrl, key }, { timeoutMs, signal });
    if (list.kind === 'listed' && list.baseUrl !== result.baseUrl) {
      result.baseUrl = list.baseUrl;
      add(baseFinding(list.baseUrl));
      first = await put([QUESTION]);
    }
    if (first.call.cause === 'not_found' || first.call.cause === 'model_unknown') {
      add(modelFinding(first.call, list, subject()));
      return result;
    }
  }
  if (add(answerFinding(first, subject())) !== null) return result;
  checks.push(...answeredFindings(first, subject()));
  add(toolCallFinding(first));
  const made = first.reading.toolCalls[0];
  if (made !== undefined) add(resultFinding(await put([QUESTION, ...toolResult(first.reading, made)])));
  add(usageFinding(calls));
  return result;
}
