import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adapters, findAdapter } from '../../../src/agents/adapters.js';
import type { AgentStep } from '../../../src/agents/step.js';

/** Output of agents in real runs in `/workspace`. */
const linesOf = (name: string) =>
  readFileSync(join(import.meta.dirname, 'recorded', `${name}.jsonl`), 'utf8').split('\n');

function stepsOf(tui: string, lines: readonly string[]): AgentStep[] {
  const parse = findAdapter(tui).stepParser?.('/workspace');
  return lines.flatMap((line) => parse?.(line) ?? []);
}

const writeStep = { kind: 'tool', action: 'write', target: 'answer.txt', ok: true };
const lastMessage = { kind: 'message', text: 'Done.' };

describe('steps of recorded runs', () => {
  it.each([
    ['opencode', 'opencode', writeStep],
    ['pi', 'pi-0.74.2', writeStep],
    ['pi', 'pi-0.87.1', writeStep],
    ['qwen-code', 'qwen-code-0.15.10', writeStep],
    ['qwen-code', 'qwen-code-0.24.4', writeStep],
    ['copilot', 'copilot', { ...writeStep, diff: '+42' }],
    ['cline', 'cline', { ...writeStep, action: 'edit', diff: '+42', durationMs: 45 }],
    ['codex', 'codex', { kind: 'tool', action: 'shell', ok: true, exitCode: 0 }],
  ])(
    '%s, from %s: gives one step for the written file and one for the last message',
    (tui, recording, tool) => {
      const steps = stepsOf(tui, linesOf(recording));
      expect(steps).toEqual([expect.objectContaining(tool), lastMessage]);
    },
  );

  it('openhands: gives the thought, the edit with its diff, and the last message', () => {
    expect(stepsOf('openhands', linesOf('openhands'))).toEqual([
      { kind: 'message', text: 'Changing src/hit-log.js.' },
      expect.objectContaining({
        action: 'edit',
        target: 'src/hit-log.js',
        ok: true,
        diff: expect.stringMatching(/^- {4}while.* < edge.*\n\+ {4}while.* <= edge/),
      }),
      { kind: 'message', text: 'The bug is fixed.' },
    ]);
  });
});

it('codex: gives the call of an MCP tool with its output', () => {
  const called = linesOf('codex-mcp').flatMap((line) => stepsOf('codex', [line]));
  expect(called).toEqual([
    expect.objectContaining({
      kind: 'tool',
      action: 'other',
      name: 'word_of_the_day',
      ok: true,
      output: 'heliotrope-5b1f',
    }),
    { kind: 'message', text: 'I have nothing to add.' },
  ]);
});

describe('errors in the output', () => {
  const turnEnd = { role: 'assistant', content: [], stopReason: 'error', errorMessage: '401 Unauthorized' };
  it.each([
    ['pi', { type: 'message_end', message: turnEnd }, '401 Unauthorized'],
    ['codex', { type: 'turn.failed', error: { message: 'stream disconnected' } }, 'stream disconnected'],
    ['qwen-code', { type: 'result', is_error: true, error: { message: 'API Error' } }, 'API Error'],
    ['cline', { type: 'agent_event', event: { type: 'error', error: { message: 'refused' } } }, 'refused'],
    ['copilot', { type: 'session.error', data: { message: 'no such model' } }, 'no such model'],
    ['openhands', { kind: 'AgentErrorEvent', error: 'tool not found' }, 'tool not found'],
  ])('%s', (tui, event, text) => {
    expect(stepsOf(tui, [JSON.stringify(event)])).toEqual([{ kind: 'error', text }]);
  });

  it('codex: ignores the warning about missing metadata of every good run', () => {
    const item = { id: 'item_0', type: 'error', message: 'Model metadata for `m` not found.' };
    expect(stepsOf('codex', [JSON.stringify({ type: 'item.completed', item })])).toEqual([]);
  });

  it('codex: marks a failed command', () => {
    const item = { type: 'command_execution', command: 'npm test', aggregated_output: 'red', exit_code: 1 };
    expect(stepsOf('codex', [JSON.stringify({ type: 'item.completed', item })])).toMatchObject([
      { action: 'shell', target: 'npm test', ok: false, exitCode: 1, output: 'red' },
    ]);
  });
});

describe.each(adapters.filter(({ stepParser }) => stepParser !== null))('$id', ({ id }) => {
  it.each([
    '',
    'not json',
    'null',
    '[]',
    '{}',
    '{"type":"tool_use"}',
    '{"type":"item.completed","item":{"type":"command_execution"}}',
    '{"type":"message_end","message":{"role":"assistant","content":"text"}}',
    '{"type":"assistant","message":{"content":[null,1,{"type":"tool_use"}]}}',
    '{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"never asked"}]}}',
    '{"type":"agent_event","event":{"type":"content_end","contentType":"text"}}',
    '{"type":"tool.execution_complete","data":{"toolCallId":"never started"}}',
    '{"kind":"ObservationEvent","tool_name":1}',
  ])('gives no step for %j', (garbage) => expect(stepsOf(id, [garbage])).toEqual([]));
});
