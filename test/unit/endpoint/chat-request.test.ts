import { describe, expect, it } from 'vitest';
import { toChatMessages } from '../../../src/endpoint/translate/chat-messages.js';
import { toChatRequest } from '../../../src/endpoint/translate/chat-request.js';
import { toolNames } from '../../../src/endpoint/translate/tool-names.js';

function chat(request: object): Record<string, unknown> {
  const translated = toChatRequest(Buffer.from(JSON.stringify(request)));
  if (translated.kind === 'refused') throw new Error(translated.why);
  return JSON.parse(translated.body.toString());
}

const message = (role: string, ...texts: string[]) => ({
  type: 'message',
  role,
  content: texts.map((text) => ({ type: role === 'assistant' ? 'output_text' : 'input_text', text })),
});
const functionCall = (callId: string, name = 'exec_command', args = '{"cmd":"ls"}') => ({
  type: 'function_call',
  id: `fc_${callId}`,
  call_id: callId,
  name,
  arguments: args,
});
const output = (callId: string, value: unknown = 'ok') => ({
  type: 'function_call_output',
  call_id: callId,
  output: value,
});
const toolCall = (id: string, name = 'exec_command', args = '{"cmd":"ls"}') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

describe('translates the conversation', () => {
  it('of a working agent', () => {
    const input = [
      message('developer', 'You are codex.'),
      message('developer', 'Skills: none.'),
      message('user', '# AGENTS.md', '<cwd>/w</cwd>'),
      message('user', 'Fix it.'),
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' },
      message('assistant', 'Looking.'),
      functionCall('c1'),
      functionCall('c2', 'read', '{"path":"a"}'),
      output('c1', 'a\nb'),
      output('c2', [
        { type: 'input_text', text: 'one' },
        { type: 'input_text', text: 'two' },
      ]),
      { type: 'reasoning', id: 'rs_2', summary: [] },
      functionCall('c3'),
      output('c3'),
      message('assistant', 'Done.'),
      message('user', 'Thanks.'),
    ];
    expect(toChatMessages('Be brief.', input, toolNames([]))).toEqual([
      { role: 'system', content: 'Be brief.\n\nYou are codex.\n\nSkills: none.' },
      { role: 'user', content: '# AGENTS.md\n<cwd>/w</cwd>' },
      { role: 'user', content: 'Fix it.' },
      {
        role: 'assistant',
        content: 'Looking.',
        tool_calls: [toolCall('c1'), toolCall('c2', 'read', '{"path":"a"}')],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'a\nb' },
      { role: 'tool', tool_call_id: 'c2', content: 'one\ntwo' },
      { role: 'assistant', content: null, tool_calls: [toolCall('c3')] },
      { role: 'tool', tool_call_id: 'c3', content: 'ok' },
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: 'Thanks.' },
    ]);
  });

  it.each<[string, unknown, unknown]>([
    ['a plain string', 'hi', [{ role: 'user', content: 'hi' }]],
    ['a message without a type', [{ role: 'user', content: 'hi' }], [{ role: 'user', content: 'hi' }]],
    [
      'text of one turn before and after a call',
      [message('assistant', 'a'), functionCall('c1'), message('assistant', 'b'), output('c1')],
      [
        { role: 'assistant', content: 'a\nb', tool_calls: [toolCall('c1')] },
        { role: 'tool', tool_call_id: 'c1', content: 'ok' },
      ],
    ],
    [
      'a late developer message, as a user message',
      [message('user', 'a'), message('developer', 'Now read-only.')],
      [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'Now read-only.' },
      ],
    ],
    [
      'an image of the user',
      [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'see' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'low' },
          ],
        },
      ],
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'see' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
          ],
        },
      ],
    ],
    [
      'an image in a tool output, as a note',
      [functionCall('c1'), output('c1', [{ type: 'input_image', image_url: 'data:image/png;base64,AA' }])],
      [
        { role: 'assistant', content: null, tool_calls: [toolCall('c1')] },
        { role: 'tool', tool_call_id: 'c1', content: '[input_image left out]' },
      ],
    ],
    [
      'a past refusal',
      [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }],
      [{ role: 'assistant', content: 'No.' }],
    ],
    [
      'items without an equivalent in chat, which are dropped',
      [
        { type: 'custom_tool_call', call_id: 'x', name: 'apply_patch', input: '***' },
        { type: 'custom_tool_call_output', call_id: 'x', output: 'ok' },
        { type: 'web_search_call', id: 'ws' },
        { type: 'item_reference', id: 'rs_1' },
        null,
        7,
      ],
      [],
    ],
  ])('%s', (_, input, expected) => {
    expect(toChatMessages(null, input, toolNames([]))).toEqual(expected);
  });
});

describe('translates the request', () => {
  const ASKED = { model: 'm', input: 'hi' };
  const MESSAGES = [{ role: 'user', content: 'hi' }];

  it('of codex', () => {
    const parameters = { type: 'object', properties: { cmd: { type: 'string' } }, required: ['cmd'] };
    expect(
      chat({
        ...ASKED,
        stream: true,
        store: false,
        include: ['reasoning.encrypted_content'],
        reasoning: { summary: 'auto' },
        prompt_cache_key: 'k',
        client_metadata: { turn_id: 't' },
        parallel_tool_calls: true,
        tool_choice: 'auto',
        tools: [
          { type: 'function', name: 'exec_command', description: 'Runs.', strict: false, parameters },
          { type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark' } },
          { type: 'namespace', name: 'multi_agent_v1', tools: [{ type: 'function', name: 'spawn' }] },
          { type: 'web_search' },
          { type: 'local_shell' },
        ],
      }),
    ).toEqual({
      model: 'm',
      messages: MESSAGES,
      stream: true,
      tools: [
        { type: 'function', function: { name: 'exec_command', description: 'Runs.', parameters } },
        { type: 'function', function: { name: 'multi_agent_v1__spawn' } },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: true,
    });
  });

  const tools = [{ type: 'function', name: 'f', parameters: {} }];
  it.each<[string, object, object]>([
    ['the length limit', { max_output_tokens: 64 }, { max_tokens: 64 }],
    ['sampling', { temperature: 0, top_p: 0.5 }, { temperature: 0, top_p: 0.5 }],
    ['the reasoning effort', { reasoning: { effort: 'low', summary: 'auto' } }, { reasoning_effort: 'low' }],
    ['settings with the value null', { temperature: null, max_output_tokens: null, reasoning: null }, {}],
    ['plain text format', { text: { format: { type: 'text' }, verbosity: 'low' } }, {}],
    [
      'JSON format',
      { text: { format: { type: 'json_object' } } },
      { response_format: { type: 'json_object' } },
    ],
    [
      'JSON format with a schema',
      { text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } } },
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'n', schema: { type: 'object' }, strict: true },
        },
      },
    ],
    [
      'only tools without an equivalent: no tool field at all',
      {
        tools: [{ type: 'web_search' }, { type: 'namespace', name: 'n', tools: [{ type: 'custom' }, null] }],
        tool_choice: 'auto',
        parallel_tool_calls: true,
      },
      {},
    ],
  ])('%s', (_, given, expected) => {
    expect(chat({ ...ASKED, ...given })).toEqual({ model: 'm', messages: MESSAGES, ...expected });
  });

  it.each<[unknown, unknown]>([
    ['required', 'required'],
    ['none', 'none'],
    [
      { type: 'function', name: 'f' },
      { type: 'function', function: { name: 'f' } },
    ],
    [{ type: 'allowed_tools', mode: 'required', tools: [] }, 'required'],
    [
      { type: 'function', namespace: 'mcp__n', name: 'f' },
      { type: 'function', function: { name: 'mcp__n__f' } },
    ],
    [{ type: 'web_search' }, undefined],
  ])('tool choice %j', (given, expected) => {
    expect(chat({ ...ASKED, tools, tool_choice: given }).tool_choice).toEqual(expected);
  });

  it('keeps `strict: true` of a tool', () => {
    const strict = chat({ ...ASKED, tools: [{ ...tools[0], strict: true }] });
    expect(strict.tools).toEqual([
      { type: 'function', function: { name: 'f', parameters: {}, strict: true } },
    ]);
  });

  it('gives a second body that asks for usage, only for a stream', () => {
    const translated = toChatRequest(Buffer.from(JSON.stringify({ ...ASKED, stream: true })));
    expect(translated).toMatchObject({ kind: 'chat', withUsage: expect.any(Buffer) });
    if (translated.kind !== 'chat') return;
    expect(JSON.parse(`${translated.withUsage}`)).toEqual({
      ...JSON.parse(`${translated.body}`),
      stream_options: { include_usage: true },
    });
    expect(toChatRequest(Buffer.from(JSON.stringify(ASKED)))).toMatchObject({ withUsage: null });
  });

  it.each<[string, string]>([
    ['not JSON', '{"model":'],
    ['a list', '[]'],
    ['an earlier response', '{"previous_response_id":"resp_1","input":"hi"}'],
    ['a conversation on the server', '{"conversation":{"id":"c"},"input":"hi"}'],
    ['work in the background', '{"background":true,"input":"hi"}'],
  ])('refuses with one sentence: %s', (_, body) => {
    const translated = toChatRequest(Buffer.from(body));
    expect(translated).toMatchObject({ kind: 'refused', why: expect.stringMatching(/^.+\.$/) });
  });
});
