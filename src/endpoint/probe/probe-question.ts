import { asObject, parseJson } from '../json.js';
import type { ParsedAnswer, ParsedToolCall } from '../meter/parsed-answer.js';
import type { Question } from './chat-caller.js';

/** What the tool of the question returns: a word that no model would answer by chance. */
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

/** Asks for one tool call. The limit leaves a reasoning model room to think first. */
export const CALL_QUESTION: Question = {
  messages: [ASK_FOR_CALL],
  tools: [TOOL],
  stream: true,
  answerTokens: 768,
};

/** Fewer prompt tokens than the densest tokenizer makes of the question and its tool: the tool was left out. */
export function toolWasLeftOut(promptTokens: number | null): boolean {
  const { messages, tools } = CALL_QUESTION;
  return promptTokens !== null && promptTokens < JSON.stringify({ messages, tools }).length / 8;
}

/** Brings the tool's result back to the model that called it. */
export function resultQuestion(parsed: ParsedAnswer, made: ParsedToolCall): Question {
  const id = made.id ?? 'call_1';
  // A server would refuse the whole request if the arguments it once sent were not JSON.
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

/** Asks for a word, without any tool and without a stream. */
export const PLAIN_QUESTION: Question = {
  messages: [{ role: 'user', content: `Reply with the word ${WORD} and nothing else.` }],
  stream: false,
  answerTokens: 512,
};

/** The arguments of a call; null when they are no JSON object. */
export function argumentsOf(call: ParsedToolCall): Readonly<Record<string, unknown>> | null {
  return asObject(parseJson(call.arguments));
}

/** Whether the arguments of a call are exactly those asked for. */
export function isAsAsked(call: ParsedToolCall): boolean {
  return argumentsOf(call)?.number === NUMBER;
}

/** Which of the two numbers the calls look up, each once. */
export function numbersAsked(calls: readonly ParsedToolCall[]): number {
  const asked = new Set(calls.map((call) => argumentsOf(call)?.number));
  return TWO_NUMBERS.filter((number) => asked.has(number)).length;
}
