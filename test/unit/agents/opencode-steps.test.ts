import { describe, expect, it } from 'vitest';
import { opencodeSteps } from '../../../src/agents/adapters/opencode-steps.js';

const parse = opencodeSteps('/tmp/run/workdir');
const line = (event: unknown) => JSON.stringify(event);
const tool = (name: string, state: object) =>
  line({ type: 'tool_use', timestamp: 1, part: { tool: name, state } });

describe('opencode run --format json', () => {
  it('reads an edit with its diff and a relative path', () => {
    const state = {
      status: 'completed',
      input: { filePath: '/tmp/run/workdir/src/lib.rs', oldString: 'a', newString: 'b' },
      output: 'Edit applied successfully.',
      metadata: { diff: 'Index: src/lib.rs\n===\n--- src/lib.rs\n+++ src/lib.rs\n@@ -1 +1 @@\n-a\n+b\n' },
      time: { start: 1000, end: 1055 },
    };
    expect(parse(tool('edit', state))).toEqual([
      {
        kind: 'tool',
        action: 'edit',
        name: 'edit',
        target: 'src/lib.rs',
        ok: true,
        exitCode: null,
        diff: '-a\n+b',
        output: 'Edit applied successfully.',
        durationMs: 55,
      },
    ]);
  });

  it('takes the diff from the arguments when the tool gives none', () => {
    const state = {
      status: 'completed',
      input: { filePath: 'x', oldString: 'one\ntwo', newString: 'three' },
    };
    expect(parse(tool('edit', state))[0]).toMatchObject({ diff: '-one\n-two\n+three' });
  });

  it('reads a failed shell command with its exit code', () => {
    const state = {
      status: 'completed',
      input: { command: 'cargo test' },
      output: 'boom',
      metadata: { exit: 101 },
    };
    expect(parse(tool('bash', state))[0]).toMatchObject({
      action: 'shell',
      target: 'cargo test',
      ok: false,
      exitCode: 101,
      durationMs: null,
    });
  });

  it('reads text, reasoning and errors', () => {
    expect(parse(line({ type: 'text', part: { text: 'Done.' } }))).toEqual([
      { kind: 'message', text: 'Done.' },
    ]);
    expect(parse(line({ type: 'reasoning', part: { text: 'hm' } }))).toEqual([
      { kind: 'reasoning', text: 'hm' },
    ]);
    const error = {
      type: 'error',
      error: { name: 'APIError', data: { message: 'Unauthorized', statusCode: 401 } },
    };
    expect(parse(line(error))).toEqual([{ kind: 'error', text: 'Unauthorized' }]);
  });

  it.each([
    '',
    'not json',
    '{"type":"step_start"}',
    '[]',
    'null',
    '{"type":"tool_use"}',
    '{"type":"text","part":{}}',
  ])('gives no step for %j', (garbage) => expect(parse(garbage)).toEqual([]));
});
