import type { Dispatcher } from 'undici';
import type { Clock } from '../../host/clock.js';
import type { ModelCall } from '../../model/model-call.js';
import { type Answer, ask } from './ask.js';

/** Token budget of one probe: all prompts and answers together. */
export const PROBE_TOKENS = 2_000;
/** Minimum length of an answer. With less, the limit would decide the result, not the model. */
const MIN_ANSWER_TOKENS = 48;

export interface CallerOptions {
  /** Read at every call: the base URL may be corrected between calls. */
  endpoint: { baseUrl: string; key: string | null };
  model: string;
  dispatcher: Dispatcher;
  clock: Clock;
  /** Per call. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface Question {
  messages: readonly unknown[];
  tools?: readonly unknown[];
  stream: boolean;
  /** Maximum length of the answer; less when the budget is nearly used. */
  answerTokens: number;
}

/** Whether the server accepted `stream_options.include_usage`. */
export type UsageOption = 'accepted' | 'refused' | 'not asked';

export interface ChatCaller {
  /**
   * Null when the rest of the token budget is too small for the question.
   *
   * @throws only the reason of the signal
   */
  ask(question: Question): Promise<Answer | null>;
  /** All calls, in order. */
  readonly calls: readonly ModelCall[];
  readonly usageOption: UsageOption;
}

/** Asks the model questions, adapts to fields that the server refuses, and stays within {@link PROBE_TOKENS}. */
export function chatCaller(options: CallerOptions): ChatCaller {
  const { endpoint, model, dispatcher, clock, timeoutMs, signal } = options;
  const calls: ModelCall[] = [];
  let tokensLeft = PROBE_TOKENS;
  let limitName = 'max_tokens';
  let usageOption: UsageOption = 'not asked';

  async function askQuestion(question: Question): Promise<Answer | null> {
    const { messages, tools, stream } = question;
    const promptTokens = estimateTokens({ messages, tools });
    const answerTokens = Math.min(question.answerTokens, tokensLeft - promptTokens);
    if (answerTokens < MIN_ANSWER_TOKENS) return null;
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
    if (adaptToRefusal(answer.call)) return askQuestion(question);
    tokensLeft -= tokensUsed(answer.call, promptTokens + answerTokens);
    if (stream && usageOption === 'not asked' && answer.call.cause === null) usageOption = 'accepted';
    return answer;
  }

  /** Omits or renames an optional field that the server refused. Returns whether to ask again. */
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
    ask: askQuestion,
    calls,
    get usageOption() {
      return usageOption;
    },
  };
}

/** Tokens that a call used: as reported, 0 when it was refused, and the maximum when nothing was reported. */
function tokensUsed({ promptTokens, completionTokens, status }: ModelCall, maximum: number): number {
  if (status === null || status >= 400) return 0;
  return promptTokens === null || completionTokens === null ? maximum : promptTokens + completionTokens;
}

/** Tokens that a chat template may add. */
const TEMPLATE_TOKENS = 64;

/** An upper estimate, so that the budget is never exceeded. */
function estimateTokens(prompt: object): number {
  return Math.ceil(JSON.stringify(prompt).length / 3) + TEMPLATE_TOKENS;
}
