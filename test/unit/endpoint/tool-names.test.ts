import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerTranslator } from '../../../src/endpoint/translate/answer-translator.js';
import { toChatRequest } from '../../../src/endpoint/translate/chat-request.js';
import { toolNames } from '../../../src/endpoint/translate/tool-names.js';
import { delta, sse } from './scripted-upstream.js';

/** The second request of codex 0.169.0 with an MCP server; long texts are shortened. */
const RECORDED = readFileSync(join(import.meta.dirname, 'recorded/codex-mcp.json'));

const namespace = (name: string, ...functions: string[]) => ({
  type: 'namespace',
  name,
  tools: functions.map((inner) => ({ type: 'function', name: inner })),
});

describe('tools of an MCP server, which codex offers in a namespace', () => {
  const translated = toChatRequest(RECORDED);
  if (translated.kind === 'refused') throw new Error(translated.why);
  const chat = JSON.parse(translated.body.toString());

  it('become functions of the chat request, as do past calls of them', () => {
    expect(chat.tools.map((tool: { function: object }) => tool.function)).toEqual([
      expect.objectContaining({ name: 'exec_command' }),
      {
        name: 'mcp__words__word_of_the_day',
        description: 'Tells the word of the day.',
        parameters: { type: 'object', properties: {} },
      },
    ]);
    expect(chat.messages.slice(-2)).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_wish1795517578405',
            type: 'function',
            function: { name: 'mcp__words__word_of_the_day', arguments: '{}' },
          },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'call_wish1795517578405',
        content: 'Wall time: 0.0062 seconds\nOutput:\nheliotrope-5b1f',
      },
    ]);
  });

  it('get their namespace back in the answer; other tools stay unchanged', () => {
    const call = (index: number, name: string) => ({
      index,
      id: `c${index}`,
      function: { name, arguments: '{}' },
    });
    const answer = answerTranslator('m', translated.names, null);
    const calls = ['mcp__words__word_of_the_day', 'exec_command', 'made_up'].map((name, i) => call(i, name));
    answer.push(Buffer.from(sse(delta({ tool_calls: calls }, 'tool_calls'), '[DONE]')));
    answer.end();
    const result = answer.result();
    if (result.kind === 'failed') throw new Error(result.failure.message);
    expect(result.response.output).toEqual([
      expect.objectContaining({ name: 'word_of_the_day', namespace: 'mcp__words', call_id: 'c0' }),
      expect.not.objectContaining({ namespace: expect.anything() }),
      expect.not.objectContaining({ namespace: expect.anything() }),
    ]);
    expect(result.response.output).toMatchObject([{}, { name: 'exec_command' }, { name: 'made_up' }]);
    const events = answer.takeEvents().split('\n\n');
    expect(events.find((event) => event.includes('output_item.added'))).toContain('"namespace":"mcp__words"');
  });
});

describe('a function name', () => {
  const LONG = 'a_tool_whose_name_is_nearly_as_long_as_a_name_may_be_at_most';
  it.each<[string, object[], Array<[string | null, string]>]>([
    ['of a plain function', [{ type: 'function', name: 'f' }], [[null, 'f']]],
    ['of a function in a namespace', [namespace('mcp__a', 'f')], [['mcp__a', 'f']]],
    [
      'that equals the name of a plain function',
      [{ type: 'function', name: 'a__f' }, namespace('a', 'f')],
      [
        [null, 'a__f'],
        ['a', 'f'],
      ],
    ],
    [
      'that is ambiguous between two namespaces',
      [namespace('a__b', 'c'), namespace('a', 'b__c')],
      [
        ['a__b', 'c'],
        ['a', 'b__c'],
      ],
    ],
    [
      'that is too long or has invalid characters',
      [namespace('mcp__server', LONG, `${LONG}2`), namespace('ns', 'päth/x', 'p.th/x')],
      [
        ['mcp__server', LONG],
        ['mcp__server', `${LONG}2`],
        ['ns', 'päth/x'],
        ['ns', 'p.th/x'],
      ],
    ],
  ])('%s is unique in chat and can be translated back', (_, tools, functions) => {
    const { toChat, fromChat } = toolNames(tools);
    const names = functions.map(([space, name]) => toChat({ namespace: space, name }));
    for (const name of names) expect(name).toMatch(/^[\w-]{1,64}$/);
    expect(new Set(names).size).toBe(functions.length);
    expect(names.map(fromChat)).toEqual(functions.map(([space, name]) => ({ namespace: space, name })));
  });

  it('is the same for a tool that is no longer offered', () => {
    const there = toolNames([namespace('mcp__server', LONG)]);
    const gone = toolNames([]);
    const fn = { namespace: 'mcp__server', name: LONG };
    expect(gone.toChat(fn)).toBe(there.toChat(fn));
  });
});
