import { asObject, parseJson } from '../json.js';
import type { ParsedAnswer, ParsedToolCall } from '../meter/parsed-answer.js';
import type { Question } from './chat-caller.js';

/** The result of the tool: a word that no model says by chance. */
export const WORD = 'heliotrope';
const NUMBER = 7;
const TWO_NUMBERS = [7, 8] as const;

export const TOOL_NAME = 'look_up_word';
const TOOL = {
  type: 'function',
  function: {
    name: TOOL_NAME,
    description: 'Returns the word that belongs to a number.',
    parameters: {
      type: 'object',
      properties: { number: { type: 'integer', description: 'The number to look up.' } },
      required: ['number'],
      additionalProperties: false,
    },
  },
};
const ASK_FOR_CALL = {
  role: 'user',
  content: `Use the tool ${TOOL_NAME} with number=${NUMBER}, then reply with the word it returns and nothing else.`,
};

/** Asks for one tool call. The token limit is large enough for a reasoning model. */
export const CALL_QUESTION: Question = {
  messages: [ASK_FOR_CALL],
  tools: [TOOL],
  stream: true,
  answerTokens: 768,
};

/** Whether the prompt had fewer tokens than any tokenizer needs for the question and the tool (8 characters per token). */
export function toolWasLeftOut(promptTokens: number | null): boolean {
  const { messages, tools } = CALL_QUESTION;
  return promptTokens !== null && promptTokens < JSON.stringify({ messages, tools }).length / 8;
}

/** Sends the result of the tool call. */
export function resultQuestion(parsed: ParsedAnswer, made: ParsedToolCall): Question {
  const id = made.id ?? 'call_1';
  // Servers refuse a request whose past arguments are not JSON, even if they produced them.
  const args = argumentsOf(made) === null ? '{}' : made.arguments;
  const call = { id, type: 'function', function: { name: TOOL_NAME, arguments: args } };
  const messages = [
    ASK_FOR_CALL,
    { role: 'assistant', content: parsed.text || null, tool_calls: [call] },
    { role: 'tool', tool_call_id: id, content: WORD },
  ];
  return { ...CALL_QUESTION, messages };
}

/** Asks for two tool calls in one answer. */
export const PARALLEL_QUESTION: Question = {
  messages: [
    {
      role: 'user',
      content: `Use the tool ${TOOL_NAME} with number=${TWO_NUMBERS[0]} and with number=${TWO_NUMBERS[1]}, both calls at once in the same turn.`,
    },
  ],
  tools: [TOOL],
  stream: true,
  answerTokens: 512,
};

/** Asks for a word, without tools and without a stream. */
export const PLAIN_QUESTION: Question = {
  messages: [{ role: 'user', content: `Reply with the word ${WORD} and nothing else.` }],
  stream: false,
  answerTokens: 512,
};

/** The arguments of a call; null when they are not a JSON object. */
export function argumentsOf(call: ParsedToolCall): Readonly<Record<string, unknown>> | null {
  return asObject(parseJson(call.arguments));
}

/** Whether the call has the requested number. */
export function hasRequestedNumber(call: ParsedToolCall): boolean {
  return argumentsOf(call)?.number === NUMBER;
}

/** How many of the two requested numbers the calls look up. */
export function requestedNumbers(calls: readonly ParsedToolCall[]): number {
  const numbers = new Set(calls.map((call) => argumentsOf(call)?.number));
  return TWO_NUMBERS.filter((number) => numbers.has(number)).length;
}
