import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerReader, type Wire } from '../../../src/endpoint/meter/answer-reader.js';
import type { ParsedAnswer } from '../../../src/endpoint/meter/parsed-answer.js';
import { delta, sse, usageChunk } from './scripted-upstream.js';

function read(
  text: string | Buffer,
  wire: Wire = 'chat',
  sizes: () => number = () => Infinity,
): ParsedAnswer {
  const bytes = Buffer.from(text);
  const reader = answerReader(wire);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + sizes());
    reader.push(bytes.subarray(at, end));
    at = end;
  }
  return reader.end();
}

const toolCall = (
  index: number | undefined,
  id: string | undefined,
  name: string | undefined,
  args: string,
) => delta({ tool_calls: [{ index, id, function: { name, arguments: args } }] });

const CHAT = sse(
  delta({ role: 'assistant', content: '' }),
  delta({ reasoning_content: 'Grübeln …' }),
  delta({ content: 'Hé ' }),
  delta({ content: '🦀 done\r\n' }),
  toolCall(0, 'a', 'read', '{"p":'),
  toolCall(0, undefined, undefined, '"é"}'),
  toolCall(1, 'b', 'edit', '{}'),
  delta({}, 'tool_calls'),
  usageChunk(120, 34),
  '[DONE]',
);
const CHAT_ANSWER = {
  servedModel: 'served-1',
  usage: { promptTokens: 120, completionTokens: 34, cachedTokens: 4, reasoningTokens: 2 },
  finish: 'tool_calls',
  text: 'Hé 🦀 done\r\n',
  toolCalls: [
    { id: 'a', name: 'read', arguments: '{"p":"é"}' },
    { id: 'b', name: 'edit', arguments: '{}' },
  ],
  isApi: true,
  hasOutput: true,
  complete: true,
  error: null,
  malformed: null,
};

const RESPONSES = sse(
  {
    type: 'response.created',
    response: { model: 'served-1', status: 'in_progress', error: null, output: [] },
  },
  { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning' } },
  { type: 'response.reasoning_summary_text.delta', delta: 'hm' },
  { type: 'response.output_text.delta', output_index: 1, delta: 'Hello ' },
  { type: 'response.output_text.delta', output_index: 1, delta: 'wörld' },
  {
    type: 'response.output_item.added',
    output_index: 2,
    item: { type: 'function_call', name: 'exec', call_id: 'x', arguments: '' },
  },
  { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"a":1}' },
  {
    type: 'response.output_item.done',
    output_index: 2,
    item: { type: 'function_call', name: 'exec', call_id: 'x', arguments: '{"a":1}' },
  },
  {
    type: 'response.completed',
    response: {
      model: 'served-1',
      status: 'completed',
      output: [
        { type: 'reasoning' },
        { type: 'message', content: [{ type: 'output_text', text: 'Hello wörld' }] },
        { type: 'function_call', name: 'exec', call_id: 'x', arguments: '{"a":1}' },
      ],
      usage: {
        input_tokens: 50,
        output_tokens: 9,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens_details: { reasoning_tokens: 3 },
      },
    },
  },
);
const RESPONSES_ANSWER = {
  servedModel: 'served-1',
  usage: { promptTokens: 50, completionTokens: 9, cachedTokens: 0, reasoningTokens: 3 },
  finish: 'completed',
  text: 'Hello wörld',
  toolCalls: [{ id: 'x', name: 'exec', arguments: '{"a":1}' }],
  isApi: true,
  hasOutput: true,
  complete: true,
  error: null,
  malformed: null,
};

describe('gives the same answer for all chunk sizes', () => {
  const streams = [
    ['chat stream', 'chat', CHAT, CHAT_ANSWER],
    ['chat stream with CRLF', 'chat', CHAT.replaceAll('\n', '\r\n'), CHAT_ANSWER],
    ['chat stream with lone CR', 'chat', CHAT.replaceAll('\n', '\r'), CHAT_ANSWER],
    ['chat stream after a BOM and comments', 'chat', `\uFEFF: processing\n\n${CHAT}`, CHAT_ANSWER],
    ['chat stream without its last blank line', 'chat', CHAT.trimEnd(), CHAT_ANSWER],
    [
      'chat stream with data on several lines',
      'chat',
      CHAT.replaceAll(',"model"', ',\ndata: "model"'),
      CHAT_ANSWER,
    ],
    ['Responses stream', 'responses', RESPONSES, RESPONSES_ANSWER],
  ] as const;
  it.each(streams)('%s', (_, wire, text, expected) => {
    expect(read(text, wire)).toEqual(expected);
    expect(read(text, wire, () => 1)).toEqual(expected);
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(sizes, (chunkSizes) => {
        let n = 0;
        expect(read(text, wire, () => chunkSizes[n++ % chunkSizes.length] ?? 1)).toEqual(expected);
      }),
    );
  });
});

describe('usage', () => {
  const done = delta({ content: 'x' }, 'stop');
  it('is null when the server never reports it', () => {
    expect(read(sse(done, '[DONE]')).usage).toBeNull();
  });
  it('is the last one when the server reports several', () => {
    expect(read(sse(usageChunk(1, 1), done, usageChunk(20, 8), '[DONE]')).usage?.promptTokens).toBe(20);
  });
  it('is read from the last content chunk', () => {
    const last = { ...done, usage: { prompt_tokens: 7, completion_tokens: 3 } };
    expect(read(sse(last, '[DONE]')).usage).toEqual({
      promptTokens: 7,
      completionTokens: 3,
      cachedTokens: null,
      reasoningTokens: null,
    });
  });
  it('is kept when a later chunk has `usage: null`', () => {
    expect(read(sse(usageChunk(20, 8), { ...done, usage: null }, '[DONE]')).usage?.completionTokens).toBe(8);
  });
  it('is null when all counts are zero', () => {
    expect(read(sse(done, usageChunk(0, 0), '[DONE]')).usage).toBeNull();
  });
  it('is null when the counts are invalid', () => {
    const odd = { choices: [], usage: { prompt_tokens: 'many', completion_tokens: -4 } };
    expect(read(sse(done, odd, '[DONE]')).usage).toBeNull();
  });
});

describe('unusual servers', () => {
  it('separates tool calls that all have index 0', () => {
    const answer = read(sse(toolCall(0, 'a', 'read', '{}'), toolCall(0, 'b', 'edit', '{}'), '[DONE]'));
    expect(answer.toolCalls.map(({ name }) => name)).toEqual(['read', 'edit']);
  });
  it('reads one JSON document in place of a stream', () => {
    const body = {
      model: 'served-1',
      choices: [{ message: { content: [{ type: 'text', text: 'hi' }] }, finish_reason: 'stop' }],
    };
    expect(read(`\n  ${JSON.stringify(body)}`)).toMatchObject({ text: 'hi', finish: 'stop', complete: true });
  });
  it('reads a response that was not streamed', () => {
    const { response } = JSON.parse(RESPONSES.trim().split('\n').at(-1)?.slice(6) ?? '');
    expect(read(JSON.stringify({ object: 'response', ...response }), 'responses')).toEqual(RESPONSES_ANSWER);
  });
  it('reads an error in the middle of a stream', () => {
    const answer = read(sse(delta({ content: 'a' }), { error: { message: 'Overloaded', code: 503 } }));
    expect(answer).toMatchObject({ error: { message: 'Overloaded', status: 503 }, complete: false });
  });
  it('reads why a response failed or is incomplete', () => {
    const failed = {
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error', message: 'no' } },
    };
    expect(read(sse(failed), 'responses').error?.code).toBe('server_error');
    const cut = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    expect(read(sse({ type: 'response.incomplete', response: cut }), 'responses').finish).toBe(
      'max_output_tokens',
    );
  });
  it.each([
    ['<!doctype html><title>hi</title>', /web page/],
    ['{"choices": [', /not valid JSON/],
    ['data: {"choices": [\n\n', /event of the stream is not valid JSON/],
  ])('reports why it cannot parse %j', (text, why) => {
    expect(read(text).malformed).toMatch(why);
  });
  it.each([
    'null',
    '[]',
    '7',
    '{}',
    '{"choices":7}',
    '{"choices":[null]}',
    '{"choices":[{"delta":[]}],"usage":[]}',
  ])('reads no output from %s', (piece) => {
    expect(read(sse(piece, '[DONE]'))).toMatchObject({
      hasOutput: false,
      text: '',
      usage: null,
      complete: true,
    });
  });
});

describe('size limits', () => {
  it('reads a line of 10 MB that arrives in small chunks', () => {
    const long = 'é'.repeat(5 * 1024 * 1024);
    const answer = read(sse(delta({ content: long }), usageChunk(9, 9), '[DONE]'), 'chat', () => 16_384);
    expect(answer.text).toBe('é'.repeat(65_536));
    expect(answer.usage?.promptTokens).toBe(9);
  });
  it('does not parse an event of more than 32 MB, and reports that', () => {
    const reader = answerReader('chat');
    const piece = Buffer.alloc(1024 * 1024, 'x');
    reader.push(Buffer.from('data: {"x":"'));
    for (let mb = 0; mb < 33; mb++) reader.push(piece);
    expect(reader.end().malformed).toMatch(/longer than 32 MB/);
  });
  it('truncates an endless answer', () => {
    const reader = answerReader('chat');
    for (let n = 0; n < 2000; n++) {
      reader.push(
        Buffer.from(sse(toolCall(n, `id${n}`, 'x', 'y'.repeat(100)), delta({ content: 'z'.repeat(100) }))),
      );
    }
    const answer = reader.end();
    expect(answer.text.length).toBe(65_536);
    expect(answer.toolCalls.length).toBe(256);
  });
});
