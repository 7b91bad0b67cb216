import { asObject, parseJson } from './json.js';
import type { Reading, ToolCallReading } from './reading.js';

/** What the tool of the question returns: a word that no model would answer by chance. */
export const WORD = 'heliotrope';
const NUMBER = 7;
/** Room for a reasoning model to think first. */
export const ANSWER_TOKENS = 1024;

export const TOOL_NAME = 'look_up_word';
export const TOOL = {
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
export const QUESTION = {
  role: 'user',
  content: `Use the tool ${TOOL_NAME} with number=${NUMBER}, then reply with the word it returns and nothing else.`,
};

/** Whether a tool call holds exactly what was asked for. */
export function isAsAsked(call: ToolCallReading): boolean {
  return call.name === TOOL_NAME && asObject(parseJson(call.arguments))?.number === NUMBER;
}

/** The two messages that bring the tool's result back to the model that called it. */
export function toolResult(reading: Reading, made: ToolCallReading): readonly unknown[] {
  const id = made.id ?? 'call_1';
  // A server would refuse the whole request if the arguments it once sent were not JSON.
  const args = asObject(parseJson(made.arguments)) === null ? '{}' : made.arguments;
  const call = { id, type: 'function', function: { name: TOOL_NAME, arguments: args } };
  return [
    { role: 'assistant', content: reading.text || null, tool_calls: [call] },
    { role: 'tool', tool_call_id: id, content: WORD },
  ];
}
