import { describe, expect, it } from 'vitest';
import { asObject, type JsonObject } from '../../src/endpoint/json.js';
import { answerReader } from '../../src/endpoint/meter/answer-reader.js';
import { answerTranslator } from '../../src/endpoint/translate/answer-translator.js';
import { toolNames } from '../../src/endpoint/translate/tool-names.js';
import { delta, sse, usageChunk } from './scripted-upstream.js';

interface Told {
  events: JsonObject[];
  types: string[];
  stream: string;
  last: JsonObject;
  result: ReturnType<ReturnType<typeof answerTranslator>['result']>;
}

function translate(text: string, size = 1 << 20, key: string | null = null): Told {
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

const response = (told: Told) => asObject(told.last.response) ?? {};
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

describe('a chat stream becomes a Responses stream', () => {
  it('event by event', () => {
    const told = translate(sse(...WHOLE));
    expect(told.types).toEqual([
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
    expect(response(told)).toEqual({
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
    expect(told.result).toEqual({ kind: 'response', response: response(told) });
  });

  it('in which what is added, told and done is one and the same thing', () => {
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

  it('which reads the same as the chat it was made of, however its bytes are cut', () => {
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

  it('lets every piece go at once', () => {
    const answer = answerTranslator('asked', toolNames([]), null);
    expect(answer.takeEvents()).toContain('response.created');
    for (const word of ['one', 'two']) {
      answer.push(Buffer.from(sse(delta({ content: word }))));
      expect(answer.takeEvents()).toContain(`"delta":"${word}"`);
    }
  });
});

describe('ways in which servers differ', () => {
  const outputOf = (...chunks: unknown[]) => {
    const told = translate(sse(...chunks));
    expect(told.last.type).toBe('response.completed');
    return response(told).output as JsonObject[];
  };

  it('a whole completion instead of a stream', () => {
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
    const told = translate(JSON.stringify(completion, null, 2), 5);
    expect(told.types.at(-1)).toBe('completed');
    expect(response(told)).toMatchObject({
      output: [{ type: 'message' }, { type: 'function_call', name: 'f', call_id: 'c1' }],
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    });
    expect(asObject(response(told).usage)).not.toHaveProperty('input_tokens_details');
  });

  it('usage never told is null, not zero', () => {
    const told = translate(sse(delta({ content: 'x' }, 'stop'), '[DONE]'));
    expect(response(told).usage).toBeNull();
  });

  it('`reasoning` for `reasoning_content`, and both at once told once', () => {
    expect(outputOf(delta({ reasoning: 'a' }), delta({}, 'stop'))).toMatchObject([
      { content: [{ text: 'a' }] },
    ]);
    expect(outputOf(delta({ reasoning: 'a', reasoning_content: 'a' }), delta({}, 'stop'))).toMatchObject([
      { content: [{ text: 'a' }] },
    ]);
  });

  it('content in parts, and a refusal as words', () => {
    expect(
      outputOf(delta({ content: [{ type: 'text', text: 'a' }] }), delta({ refusal: 'b' }), delta({}, 'stop')),
    ).toMatchObject([{ type: 'message', content: [{ type: 'output_text', text: 'ab' }] }]);
  });

  it('thoughts and words in turns', () => {
    const output = outputOf(
      delta({ reasoning_content: 'a' }),
      delta({ content: 'b' }),
      delta({ reasoning_content: 'c' }),
      delta({ content: 'd' }, 'stop'),
    );
    expect(output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'reasoning', 'message']);
  });

  it('calls whose fragments come in turns, and words after them', () => {
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

  it('every call numbered 0, told apart by id', () => {
    const output = outputOf(fragment(0, '{}', 'f', 'c1'), fragment(0, '{}', 'g', 'c2'), delta({}, 'stop'));
    expect(output).toMatchObject([{ call_id: 'c1' }, { call_id: 'c2' }]);
  });

  it('a call without an id gets one', () => {
    expect(outputOf(fragment(0, '{}', 'f'), delta({}, 'tool_calls'))).toMatchObject([
      { call_id: expect.stringMatching(/^call_[0-9a-f]{32}$/) },
    ]);
  });

  it('a name after the first arguments: told when it is known', () => {
    const told = translate(
      sse(fragment(0, '{"a"', undefined, 'c1'), fragment(0, ':1}', 'f'), delta({}, 'stop')),
    );
    expect(response(told).output).toMatchObject([{ name: 'f', call_id: 'c1', arguments: '{"a":1}' }]);
    const added = told.events.find(({ type }) => type === 'response.output_item.added');
    expect(added?.item).toMatchObject({ name: 'f' });
  });

  it('no [DONE], no last blank line', () => {
    expect(outputOf(delta({ content: 'x' }, 'stop'))).toHaveLength(1);
    const told = translate(sse(delta({ content: 'x' }, 'stop')).trimEnd());
    expect(told.last.type).toBe('response.completed');
  });

  it('an answer with nothing in it', () => {
    expect(outputOf(delta({ content: '' }, 'stop'), '[DONE]')).toEqual([]);
  });
});

describe('answers that are cut short or fail', () => {
  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ])('%s is an incomplete response', (finish, reason) => {
    const told = translate(sse(delta({ content: 'x' }), delta({}, finish), usageChunk(1, 1), '[DONE]'));
    expect(told.last.type).toBe('response.incomplete');
    expect(response(told)).toMatchObject({
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
    ['nothing', '', { code: 'server_error', status: 502 }],
    [
      'an error in the stream',
      sse(delta({ content: 'a' }), { error: { code: 429, message: 'busy' } }),
      { code: 'rate_limit_exceeded', status: 429, message: 'busy' },
    ],
    [
      'too long a prompt',
      sse({ error: { message: "This model's maximum context length is 10 tokens" } }),
      { code: 'context_length_exceeded', status: 502 },
    ],
    [
      'no credit, said in a document',
      JSON.stringify({ error: { message: 'no', code: 'insufficient_quota' } }),
      { code: 'insufficient_quota' },
    ],
  ])('%s', (_, text, failure) => {
    for (const size of [1, 4096]) {
      const told = translate(text, size);
      expect(told.last.type).toBe('response.failed');
      expect(told.result).toMatchObject({ kind: 'failed', failure });
      expect(response(told)).toMatchObject({
        status: 'failed',
        error: { message: expect.any(String), code: expect.any(String) },
      });
    }
  });

  it('says nothing more after its last event', () => {
    const told = translate(sse({ error: 'boom' }, delta({ content: 'x' }, 'stop'), '[DONE]'));
    expect(told.types).toEqual(['created', 'in_progress', 'failed']);
    const done = translate(sse(delta({ content: 'x' }, 'stop'), '[DONE]', delta({ content: 'y' })));
    expect(done.last.type).toBe('response.completed');
  });

  it('cuts a short key out of an error', () => {
    const told = translate(sse({ error: { message: 'bad key hunter2' } }), 4096, 'hunter2');
    expect(told.stream).not.toContain('hunter2');
    expect(told.result).toMatchObject({ failure: { message: 'bad key [key]' } });
  });
});

describe('attack: an endpoint that wants to fill the memory', () => {
  it('an endless answer is given up', () => {
    const answer = answerTranslator('asked', toolNames([]), null);
    const piece = Buffer.from(sse(delta({ content: 'x'.repeat(1024 * 1024) })));
    let told = 0;
    for (let at = 0; at < 40; at++) {
      answer.push(piece);
      told += answer.takeEvents().length;
    }
    answer.end();
    expect(answer.result()).toMatchObject({
      kind: 'failed',
      failure: { message: 'The answer is longer than 8 MB.' },
    });
    expect(told).toBeLessThan(10 * 1024 * 1024);
  });

  it('so are endless calls of nothing', () => {
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
