import { expect, it } from 'vitest';
import { answerReader, type Wire } from '../../../src/endpoint/meter/answer-reader.js';
import { answerFlaw } from '../../../src/endpoint/meter/classify-call.js';

const chat = (message: object, finish_reason = 'stop') => ({
  choices: [{ index: 0, message, finish_reason }],
});
const calling = (json: unknown, finish?: string) =>
  chat(
    { content: '', tool_calls: [{ index: 0, id: 'a', function: { name: 'read', arguments: json } }] },
    finish,
  );
const responses = (...output: object[]) => ({ object: 'response', status: 'completed', output });

it.each<[string, Wire, object, string | null]>([
  ['text', 'chat', chat({ content: 'Done.' }), null],
  ['an empty answer', 'chat', chat({ content: '' }), 'empty'],
  ['an answer of white space', 'chat', chat({ content: ' \n' }), 'empty'],
  ['reasoning only', 'chat', chat({ content: null, reasoning_content: 'Hm.' }), 'empty'],
  ['a valid call', 'chat', calling('{"path":"a"}'), null],
  ['a call without arguments', 'chat', calling(''), null],
  ['a call with incomplete JSON', 'chat', calling('{"path":'), 'malformed_call'],
  ['a call whose arguments are a list', 'chat', calling('["a"]'), 'malformed_call'],
  ['a call that was cut off at the token limit', 'chat', calling('{"path":', 'length'), null],
  [
    'a malformed call reported by Gemini',
    'chat',
    chat({ content: '' }, 'function_call_filter: MALFORMED_FUNCTION_CALL'),
    'malformed_call',
  ],
  [
    'an incomplete call of the Responses API',
    'responses',
    responses({ type: 'function_call', name: 'f', arguments: '{' }),
    'malformed_call',
  ],
  [
    'a free-form call',
    'responses',
    responses({ type: 'custom_tool_call', name: 'apply_patch', input: '*** Begin' }),
    null,
  ],
  [
    'reasoning only, of the Responses API',
    'responses',
    responses({ type: 'reasoning', summary: [] }),
    'empty',
  ],
])('answerFlaw of %s', (_, wire, answer, flaw) => {
  const reader = answerReader(wire);
  reader.push(Buffer.from(JSON.stringify(answer)));
  expect(answerFlaw(reader.end())).toBe(flaw);
});
