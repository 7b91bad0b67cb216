import { describe, expect, it } from 'vitest';
import { asObject, type JsonObject } from '../../../src/endpoint/json.js';
import { answerReader } from '../../../src/endpoint/meter/answer-reader.js';
import { answerTranslator } from '../../../src/endpoint/translate/answer-translator.js';
import { toolNames } from '../../../src/endpoint/translate/tool-names.js';
import { delta, sse, usageChunk } from './scripted-upstream.js';

interface Translation {
  events: JsonObject[];
  types: string[];
  stream: string;
  last: JsonObject;
  result: ReturnType<ReturnType<typeof answerTranslator>['result']>;
}

function translate(text: string, size = 1 << 20, key: string | null = null): Translation {
  const answer = answerTranslator('asked', toolNames([]), key);
  const bytes = Buffer.from(text);
  let stream = '';
  for (let at = 0; at < bytes.length; at += size) {
    answer.push(bytes.subarray(at, at + size));
    stream += answer.takeEvents();
  }
  answer.end();
  stream += answer.takeEvents();
  const events = stream
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [first = '', second = ''] = event.split('\n');
      const data: JsonObject = JSON.parse(second.replace(/^data: /, ''));
      expect(first).toBe(`event: ${data.type}`);
      return data;
    });
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, at) => at));
  const types = events.map(({ type }) => `${type}`.replace('response.', ''));
  return { events, types, stream, last: events.at(-1) ?? {}, result: answer.result() };
}

const response = (translation: Translation) => asObject(translation.last.response) ?? {};
const fragment = (index: number, args: string, name?: string, id?: string) =>
  delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: args } }] });

const WHOLE = [
  delta({ role: 'assistant', content: '' }),
  delta({ reasoning_content: 'Hm' }),
  delta({ reasoning_content: 'm é.' }),
  delta({ content: 'Let me ' }),
  delta({ content: 'look 日本.' }),
  fragment(0, '', 'read', 'c1'),
  fragment(0, '{"path":'),
  fragment(0, '"a"}'),
  fragment(1, '{"cmd":"ls"}', 'shell', 'c2'),
  delta({}, 'tool_calls'),
  usageChunk(11, 5),
  '[DONE]',
];

describe('translates a chat stream to a Responses stream', () => {
  it('sends all events in order', () => {
    const translation = translate(sse(...WHOLE));
    expect(translation.types).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'reasoning_text.delta',
      'reasoning_text.delta',
      'reasoning_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ]);
    expect(response(translation)).toEqual({
      id: expect.stringMatching(/^resp_[0-9a-f]{32}$/),
      object: 'response',
      created_at: expect.any(Number),
      status: 'completed',
      model: 'served-1',
      error: null,
      incomplete_details: null,
      output: [
        {
          type: 'reasoning',
          id: expect.stringMatching(/^rs_/),
          summary: [],
          status: 'completed',
          content: [{ type: 'reasoning_text', text: 'Hmm é.' }],
        },
        {
          type: 'message',
          id: expect.stringMatching(/^msg_/),
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Let me look 日本.', annotations: [] }],
        },
        {
          type: 'function_call',
          id: expect.stringMatching(/^fc_/),
          call_id: 'c1',
          name: 'read',
          arguments: '{"path":"a"}',
          status: 'completed',
        },
        expect.objectContaining({ call_id: 'c2', name: 'shell', arguments: '{"cmd":"ls"}' }),
      ],
      usage: {
        input_tokens: 11,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 16,
      },
    });
    expect(translation.result).toEqual({ kind: 'response', response: response(translation) });
  });

  it('repeats the same items in the added, delta and done events', () => {
    const { events, last } = translate(sse(...WHOLE));
    const output = asObject(last.response)?.output as JsonObject[];
    const about = (type: string) => events.filter((event) => event.type === `response.${type}`);
    expect(about('output_item.done').map((event) => [event.output_index, event.item])).toEqual(
      output.map((item, index) => [index, item]),
    );
    expect(about('output_item.added').map((event) => event.output_index)).toEqual([0, 1, 2, 3]);
    const spoken = (type: string, index: number) =>
      events
        .filter((event) => event.type === type && event.item_id === output[index]?.id)
        .map((event) => event.delta)
        .join('');
    expect(spoken('response.reasoning_text.delta', 0)).toBe('Hmm é.');
    expect(spoken('response.output_text.delta', 1)).toBe('Let me look 日本.');
    expect(spoken('response.function_call_arguments.delta', 2)).toBe('{"path":"a"}');
    expect(spoken('response.function_call_arguments.delta', 3)).toBe('{"cmd":"ls"}');
  });

  it('has the same content as the chat stream, for all chunk sizes', () => {
    const chat = sse(...WHOLE).replaceAll('\n', '\r\n');
    const reader = answerReader('chat');
    reader.push(Buffer.from(chat));
    const { usage, text, toolCalls } = reader.end();
    for (const size of [1, 2, 3, 7, 64, 4096]) {
      const again = answerReader('responses');
      again.push(Buffer.from(translate(chat, size).stream));
      expect(again.end()).toMatchObject({ usage, text, complete: true, error: null });
      expect(again.answer.toolCalls).toEqual(toolCalls);
    }
  });

  it('translates each chunk immediately', () => {
    const answer = answerTranslator('asked', toolNames([]), null);
    expect(answer.takeEvents()).toContain('response.created');
    for (const word of ['one', 'two']) {
      answer.push(Buffer.from(sse(delta({ content: word }))));
      expect(answer.takeEvents()).toContain(`"delta":"${word}"`);
    }
  });
});

describe('differences between servers', () => {
  const outputOf = (...chunks: unknown[]) => {
    const translation = translate(sse(...chunks));
    expect(translation.last.type).toBe('response.completed');
    return response(translation).output as JsonObject[];
  };

  it('translates a whole completion in place of a stream', () => {
    const completion = {
      model: 'served-1',
      choices: [
        {
          message: {
            role: 'assistant',
            content: 'Hi.',
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    };
    const translation = translate(JSON.stringify(completion, null, 2), 5);
    expect(translation.types.at(-1)).toBe('completed');
    expect(response(translation)).toMatchObject({
      output: [{ type: 'message' }, { type: 'function_call', name: 'f', call_id: 'c1' }],
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    });
    expect(asObject(response(translation).usage)).not.toHaveProperty('input_tokens_details');
  });

  it('gives null usage, not zero, when the server reports none', () => {
    const translation = translate(sse(delta({ content: 'x' }, 'stop'), '[DONE]'));
    expect(response(translation).usage).toBeNull();
  });

  it('reads `reasoning` like `reasoning_content`, and only once when both are sent', () => {
    expect(outputOf(delta({ reasoning: 'a' }), delta({}, 'stop'))).toMatchObject([
      { content: [{ text: 'a' }] },
    ]);
    expect(outputOf(delta({ reasoning: 'a', reasoning_content: 'a' }), delta({}, 'stop'))).toMatchObject([
      { content: [{ text: 'a' }] },
    ]);
  });

  it('joins content parts, and translates a refusal to text', () => {
    expect(
      outputOf(delta({ content: [{ type: 'text', text: 'a' }] }), delta({ refusal: 'b' }), delta({}, 'stop')),
    ).toMatchObject([{ type: 'message', content: [{ type: 'output_text', text: 'ab' }] }]);
  });

  it('starts a new item when reasoning and text alternate', () => {
    const output = outputOf(
      delta({ reasoning_content: 'a' }),
      delta({ content: 'b' }),
      delta({ reasoning_content: 'c' }),
      delta({ content: 'd' }, 'stop'),
    );
    expect(output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'reasoning', 'message']);
  });

  it('joins interleaved fragments of two calls, with text between them', () => {
    const output = outputOf(
      fragment(0, '{"a"', 'f', 'c1'),
      fragment(1, '{"b"', 'g', 'c2'),
      delta({ content: 'so' }),
      fragment(0, ':1}'),
      fragment(1, ':2}'),
      delta({}, 'tool_calls'),
    );
    expect(output).toMatchObject([
      { name: 'f', arguments: '{"a":1}' },
      { name: 'g', arguments: '{"b":2}' },
      { type: 'message' },
    ]);
  });

  it('separates calls with the same index by id', () => {
    const output = outputOf(fragment(0, '{}', 'f', 'c1'), fragment(0, '{}', 'g', 'c2'), delta({}, 'stop'));
    expect(output).toMatchObject([{ call_id: 'c1' }, { call_id: 'c2' }]);
  });

  it('gives an id to a call without one', () => {
    expect(outputOf(fragment(0, '{}', 'f'), delta({}, 'tool_calls'))).toMatchObject([
      { call_id: expect.stringMatching(/^call_[0-9a-f]{32}$/) },
    ]);
  });

  it('opens a call only when its name is known', () => {
    const translation = translate(
      sse(fragment(0, '{"a"', undefined, 'c1'), fragment(0, ':1}', 'f'), delta({}, 'stop')),
    );
    expect(response(translation).output).toMatchObject([{ name: 'f', call_id: 'c1', arguments: '{"a":1}' }]);
    const added = translation.events.find(({ type }) => type === 'response.output_item.added');
    expect(added?.item).toMatchObject({ name: 'f' });
  });

  it('accepts a stream without [DONE] and without the last blank line', () => {
    expect(outputOf(delta({ content: 'x' }, 'stop'))).toHaveLength(1);
    const translation = translate(sse(delta({ content: 'x' }, 'stop')).trimEnd());
    expect(translation.last.type).toBe('response.completed');
  });

  it('translates an empty answer to an empty output', () => {
    expect(outputOf(delta({ content: '' }, 'stop'), '[DONE]')).toEqual([]);
  });
});

describe('incomplete and failed answers', () => {
  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ])('finish reason %s gives an incomplete response', (finish, reason) => {
    const translation = translate(
      sse(delta({ content: 'x' }), delta({}, finish), usageChunk(1, 1), '[DONE]'),
    );
    expect(translation.last.type).toBe('response.incomplete');
    expect(response(translation)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason },
      output: [{ status: 'incomplete' }],
      usage: { total_tokens: 2 },
    });
  });

  it.each<[string, string, object]>([
    ['a web page', '<html>Bad gateway</html>', { code: 'server_error', status: 502 }],
    [
      'broken JSON in the stream',
      sse(delta({ content: 'a' }), '{"choices"'),
      { code: 'server_error', status: 502, message: 'An event of the stream is not valid JSON.' },
    ],
    ['a stream that ends in the middle', sse(delta({ content: 'a' })), { code: 'server_error', status: 502 }],
    ['an empty body', '', { code: 'server_error', status: 502 }],
    [
      'an error in the stream',
      sse(delta({ content: 'a' }), { error: { code: 429, message: 'busy' } }),
      { code: 'rate_limit_exceeded', status: 429, message: 'busy' },
    ],
    [
      'a prompt that is too long',
      sse({ error: { message: "This model's maximum context length is 10 tokens" } }),
      { code: 'context_length_exceeded', status: 502 },
    ],
    [
      'a document about missing credit',
      JSON.stringify({ error: { message: 'no', code: 'insufficient_quota' } }),
      { code: 'insufficient_quota' },
    ],
  ])('gives a failed response for %s', (_, text, failure) => {
    for (const size of [1, 4096]) {
      const translation = translate(text, size);
      expect(translation.last.type).toBe('response.failed');
      expect(translation.result).toMatchObject({ kind: 'failed', failure });
      expect(response(translation)).toMatchObject({
        status: 'failed',
        error: { message: expect.any(String), code: expect.any(String) },
      });
    }
  });

  it('sends no event after the last one', () => {
    const translation = translate(sse({ error: 'boom' }, delta({ content: 'x' }, 'stop'), '[DONE]'));
    expect(translation.types).toEqual(['created', 'in_progress', 'failed']);
    const done = translate(sse(delta({ content: 'x' }, 'stop'), '[DONE]', delta({ content: 'y' })));
    expect(done.last.type).toBe('response.completed');
  });

  it('redacts a short key in an error', () => {
    const translation = translate(sse({ error: { message: 'bad key hunter2' } }), 4096, 'hunter2');
    expect(translation.stream).not.toContain('hunter2');
    expect(translation.result).toMatchObject({ failure: { message: 'bad key [key]' } });
  });
});

describe('attack: an endpoint tries to fill the memory', () => {
  it('fails an endless answer', () => {
    const answer = answerTranslator('asked', toolNames([]), null);
    const piece = Buffer.from(sse(delta({ content: 'x'.repeat(1024 * 1024) })));
    let chars = 0;
    for (let at = 0; at < 40; at++) {
      answer.push(piece);
      chars += answer.takeEvents().length;
    }
    answer.end();
    expect(answer.result()).toMatchObject({
      kind: 'failed',
      failure: { message: 'The answer is longer than 8 MB.' },
    });
    expect(chars).toBeLessThan(10 * 1024 * 1024);
  });

  it('fails endless empty calls', () => {
    const answer = answerTranslator('asked', toolNames([]), null);
    for (let at = 0; at < 20_000; at++) {
      answer.push(Buffer.from(sse(fragment(at, '', 'f', `c${at}`))));
      answer.takeEvents();
    }
    expect(answer.result()).toMatchObject({
      kind: 'failed',
      failure: { message: expect.stringContaining('8 MB') },
    });
  });
});
