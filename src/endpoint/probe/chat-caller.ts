import type { Dispatcher } from 'undici';
import type { Clock } from '../../host/clock.js';
import type { ModelCall } from '../../model/model-call.js';
import { type Answer, ask } from './ask.js';

/** All questions of one probe together, prompts and answers, stay below it. */
export const PROBE_TOKENS = 2_000;
/** Room for less than this would measure the limit and not the model. */
const LEAST_ANSWER_TOKENS = 48;

export interface CallerOptions {
  /** Read at every call: the base URL may be mended in between. */
  endpoint: { baseUrl: string; key: string | null };
  model: string;
  dispatcher: Dispatcher;
  clock: Clock;
  /** For each call. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface Question {
  messages: readonly unknown[];
  tools?: readonly unknown[];
  stream: boolean;
  /** At most so long an answer; shorter when less is left. */
  answerTokens: number;
}

/** Whether the server took `stream_options.include_usage`. */
export type UsageOption = 'taken' | 'refused' | 'not asked';

export interface ChatCaller {
  /** Null when what is left of the tokens is too little to ask. Rejects only when the signal aborts. */
  ask(question: Question): Promise<Answer | null>;
  /** Every call that was made, in order. */
  readonly calls: readonly ModelCall[];
  readonly usageOption: UsageOption;
}

/** Asks a model a few questions of our own, with the manners that its server wants, and within {@link PROBE_TOKENS}. */
export function chatCaller(options: CallerOptions): ChatCaller {
  const { endpoint, model, dispatcher, clock, timeoutMs, signal } = options;
  const calls: ModelCall[] = [];
  let tokensLeft = PROBE_TOKENS;
  let limitName = 'max_tokens';
  let usageOption: UsageOption = 'not asked';

  async function put(question: Question): Promise<Answer | null> {
    const { messages, tools, stream } = question;
    const promptTokens = estimateTokens({ messages, tools });
    const answerTokens = Math.min(question.answerTokens, tokensLeft - promptTokens);
    if (answerTokens < LEAST_ANSWER_TOKENS) return null;
    const chat = {
      model,
      messages,
      ...(tools === undefined ? {} : { tools, tool_choice: 'auto' }),
      stream,
      [limitName]: answerTokens,
      ...(stream && usageOption !== 'refused' ? { stream_options: { include_usage: true } } : {}),
    };
    const index = calls.length + 1;
    const answer = await ask(chat, { endpoint, dispatcher, clock, index, timeoutMs, signal });
    calls.push(answer.call);
    if (adaptToRefusal(answer.call)) return put(question);
    tokensLeft -= spentOn(answer.call, promptTokens + answerTokens);
    if (stream && usageOption === 'not asked' && answer.call.cause === null) usageOption = 'taken';
    return answer;
  }

  /** Whether the server refused one of our optional fields, which is then left out or renamed; each once. */
  function adaptToRefusal({ cause, error }: ModelCall): boolean {
    if (cause !== 'bad_request' || error === null) return false;
    if (usageOption !== 'refused' && /stream_options|include_usage/.test(error)) {
      usageOption = 'refused';
      return true;
    }
    if (limitName === 'max_tokens' && error.includes('max_completion_tokens')) {
      limitName = 'max_completion_tokens';
      return true;
    }
    return false;
  }

  return {
    ask: put,
    calls,
    get usageOption() {
      return usageOption;
    },
  };
}

/** What a call took of the budget: as reported, nothing when it was refused, and else all that it might have. */
function spentOn({ promptTokens, completionTokens, status }: ModelCall, mightHave: number): number {
  if (status === null || status >= 400) return 0;
  return promptTokens === null || completionTokens === null ? mightHave : promptTokens + completionTokens;
}

/** What a chat template may add of its own. */
const TEMPLATE_TOKENS = 64;

/** More than tokenizers make of such JSON, so that the budget holds. */
function estimateTokens(prompt: object): number {
  return Math.ceil(JSON.stringify(prompt).length / 3) + TEMPLATE_TOKENS;
}
