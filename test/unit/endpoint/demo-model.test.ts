import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dirSync } from 'tmp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { minimalEdit } from '../../../src/endpoint/demo/minimal-edit.js';
import { type DemoScenario, startDemoModel } from '../../../src/endpoint/demo/model.js';
import { answerReader } from '../../../src/endpoint/meter/answer-reader.js';
import { probeEndpoint } from '../../../src/endpoint/probe/probe.js';
import { startClock } from '../../../src/host/clock.js';
import { named, programs } from '../../needs.js';

const text = { type: 'string' };
const tool = (name: string, properties: Record<string, object>, required = Object.keys(properties)) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties, required } },
});
type Args = Record<string, string>;
type Toolset = Record<string, { offer: object; run(args: Args): string }>;

const replaced = (path: string, before: string, after: string) => {
  const old = readFileSync(path, 'utf8');
  if (old.split(before).length !== 2) return 'Error: oldString not found in content';
  writeFileSync(
    path,
    old.replace(before, () => after),
  );
  return 'Edit applied successfully.';
};
const put = (path: string, content: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return `Wrote ${path} (with an error in its name)`;
};
const sh = (command: string) => execFileSync('sh', ['-c', command], { encoding: 'utf8' });

/** The tools of different kinds of agents. */
const TOOLSETS: Record<string, Toolset> = {
  'path, old and new': {
    bash: {
      offer: tool('bash', { command: text, description: text, timeout: { type: 'number' } }, [
        'command',
        'description',
      ]),
      run: (a) => sh(a.command ?? ''),
    },
    read: {
      offer: tool('read', { filePath: text, offset: { type: 'number' } }, ['filePath']),
      run: (a) => readFileSync(a.filePath ?? '', 'utf8'),
    },
    edit: {
      offer: tool('edit', { filePath: text, oldString: text, newString: text }),
      run: (a) => replaced(a.filePath ?? '', a.oldString ?? '', a.newString ?? ''),
    },
    write: {
      offer: tool('write', { content: text, filePath: text }),
      run: (a) => put(a.filePath ?? '', a.content ?? ''),
    },
  },
  'an edit that is always refused': {
    run_shell_command: {
      offer: tool('run_shell_command', { command: text, is_background: { type: 'boolean' } }),
      run: (a) => sh(a.command ?? ''),
    },
    read_file: {
      offer: tool('read_file', { absolute_path: text }),
      run: (a) => readFileSync(a.absolute_path ?? '', 'utf8'),
    },
    edit: {
      offer: tool('edit', { file_path: text, old_string: text, new_string: text }),
      run: () => 'Error: file has not been read yet',
    },
    write_file: {
      offer: tool('write_file', { file_path: text, content: text }),
      run: (a) => put(a.file_path ?? '', a.content ?? ''),
    },
  },
  'a list of edits': {
    bash: { offer: tool('bash', { command: text }), run: (a) => sh(a.command ?? '') },
    edit: {
      offer: tool('edit', {
        path: text,
        edits: { type: 'array', items: { type: 'object', properties: { oldText: text, newText: text } } },
      }),
      run: (a) => {
        const [only] = a.edits as unknown as Array<{ oldText: string; newText: string }>;
        return replaced(a.path ?? '', only?.oldText ?? '', only?.newText ?? '');
      },
    },
  },
  'only a shell': {
    exec_command: { offer: tool('exec_command', { cmd: text }), run: (a) => sh(a.cmd ?? '') },
  },
  'a list of commands': {
    run_commands: {
      offer: tool('run_commands', { commands: { type: 'array', items: text } }),
      run: (a) => (a.commands as unknown as string[]).map(sh).join(''),
    },
  },
};

const BEFORE = "fn a() {\n  x();\n}\nfn b() {\n  x();\n  let q = 'é';\n}\n";
const AFTER = "fn a() {\n  x();\n}\nfn b() {\n  y();\n  let q = 'é';\n}\n";

async function stage(edits: DemoScenario['edits'], more: Partial<DemoScenario> = {}) {
  const dir = dirSync({ unsafeCleanup: true });
  onTestFinished(() => dir.removeCallback());
  for (const { path, before } of edits) if (before !== null) put(join(dir.name, path), before);
  const scenario: DemoScenario = {
    name: 'oracle',
    workspace: dir.name,
    edits,
    finalText: 'All done.',
    ...more,
  };
  const model = await startDemoModel({ scenario, paceMs: 0 });
  onTestFinished(() => model.close());
  return { model, workspace: dir.name };
}

/** A minimal agent: it sends requests and runs the tool calls until a reply has none. */
async function agent(model: Awaited<ReturnType<typeof startDemoModel>>, tools: Toolset, stream: boolean) {
  const messages: unknown[] = [{ role: 'user', content: 'Do the task.' }];
  const used: string[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const response = await fetch(`${model.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${model.key}` },
      body: JSON.stringify({
        model: model.model,
        messages,
        stream,
        stream_options: { include_usage: true },
        tools: Object.values(tools).map(({ offer }) => offer),
      }),
    });
    const reader = answerReader('chat');
    reader.push(Buffer.from(await response.arrayBuffer()));
    const answer = reader.end();
    expect(answer).toMatchObject({ complete: true, malformed: null, servedModel: model.model });
    expect(answer.usage?.promptTokens).toBeGreaterThan(0);
    const [call] = answer.toolCalls;
    if (call === undefined) return { used, finalText: answer.text };
    const chosen = tools[call.name];
    if (chosen === undefined) throw new Error(`${call.name} was not offered`);
    used.push(call.name);
    const { id, name } = call;
    messages.push({
      role: 'assistant',
      content: answer.text,
      tool_calls: [{ id, type: 'function', function: { name, arguments: call.arguments } }],
    });
    messages.push({ role: 'tool', tool_call_id: id, content: chosen.run(JSON.parse(call.arguments)) });
  }
  throw new Error('the scripted model did not finish in 20 turns');
}

const EDITS: DemoScenario['edits'] = [
  { path: 'src/lib.rs', before: BEFORE, after: AFTER },
  { path: 'docs/new $file.md', before: null, after: "it's\nnew, no newline at the end" },
  { path: 'old.txt', before: 'gone\n', after: null },
];

/** Programs that the scripted model calls in a shell. */
const missing = programs('cat', 'mkdir', 'rm');

describe.skipIf(missing)(
  named('the scripted model makes its edits with the tools that are offered', missing),
  () => {
    it.each([
      ['path, old and new', true, ['read', 'edit', 'write', 'bash', 'bash']],
      ['path, old and new', false, ['read', 'edit', 'write', 'bash', 'bash']],
      [
        'an edit that is always refused',
        true,
        ['read_file', 'edit', 'write_file', 'write_file', 'run_shell_command', 'run_shell_command'],
      ],
      ['a list of edits', true, ['edit', 'bash', 'bash', 'bash']],
      ['only a shell', true, Array(4).fill('exec_command')],
      ['a list of commands', true, Array(4).fill('run_commands')],
    ])('%s (streamed: %s)', async (toolset, stream, expected) => {
      const { model, workspace } = await stage(EDITS, { shell: 'echo tests ran' });
      const { used, finalText } = await agent(model, TOOLSETS[toolset] ?? {}, stream);
      expect(used).toEqual(expected);
      expect(finalText).toBe('All done.');
      expect(readFileSync(join(workspace, 'src/lib.rs'), 'utf8')).toBe(AFTER);
      expect(readFileSync(join(workspace, 'docs/new $file.md'), 'utf8')).toBe(
        "it's\nnew, no newline at the end",
      );
      expect(() => readFileSync(join(workspace, 'old.txt'))).toThrow('ENOENT');
      expect(model.log().every(({ kind, promptTokens }) => kind === 'task' && promptTokens > 0)).toBe(true);
    });

    it('calls no tool when there are no edits', async () => {
      const { model } = await stage([], { name: 'no-op' });
      expect(model.model).toBe('demo/no-op');
      expect(await agent(model, TOOLSETS['path, old and new'] ?? {}, true)).toEqual({
        used: [],
        finalText: 'All done.',
      });
    });
  },
);

describe('the scripted model as an endpoint', () => {
  const ask = (model: { baseUrl: string }, key: string, path: string, body?: object) =>
    fetch(model.baseUrl + path, {
      headers: { authorization: `Bearer ${key}` },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });

  it('passes every check of the probe', async () => {
    const { model } = await stage([]);
    const { baseUrl, key } = model;
    const { checks } = await probeEndpoint({
      baseUrl,
      key,
      model: model.model,
      clock: startClock(),
      timeoutMs: 10_000,
    });
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(model.log().map(({ kind }) => kind)).toEqual(['probe', 'probe']);
  });
  it('answers a request without tools, such as one for a title, with a short text', async () => {
    const { model } = await stage(EDITS);
    const body = { model: model.model, messages: [{ role: 'user', content: 'Title?' }] };
    const answer = await (await ask(model, model.key, '/chat/completions', body)).json();
    expect(answer).toMatchObject({
      choices: [{ message: { content: 'Scripted demo' }, finish_reason: 'stop' }],
    });
    expect(model.log()).toMatchObject([{ kind: 'plain', tool: null }]);
  });
  it('gives the same reply to a repeated request', async () => {
    const { model } = await stage(EDITS);
    const tools = Object.values(TOOLSETS['path, old and new'] ?? {}).map(({ offer }) => offer);
    const body = { model: model.model, messages: [{ role: 'user', content: 'Go' }], tools };
    const calls = [];
    for (let time = 0; time < 2; time++) {
      const reader = answerReader('chat');
      reader.push(
        new Uint8Array(await (await ask(model, model.key, '/chat/completions', body)).arrayBuffer()),
      );
      calls.push(reader.end().toolCalls.map(({ name, arguments: args }) => [name, args]));
    }
    expect(calls[0]).toEqual([['read', expect.stringContaining('src/lib.rs')]]);
    expect(calls[1]).toEqual(calls[0]);
  });
  it('sends usage in a stream only when asked', async () => {
    const { model } = await stage([]);
    const body = { model: model.model, messages: [], stream: true };
    expect(await (await ask(model, model.key, '/chat/completions', body)).text()).not.toContain('"usage"');
  });
  it.each([
    ['refuses another key', 'nope', '/models', undefined, 401],
    ['refuses another model', null, '/chat/completions', { model: 'x' }, 404],
    ['refuses another path', null, '/embeddings', {}, 404],
    ['lists its models', null, '/models', undefined, 200],
    ['describes its model', null, '/models/demo/oracle', undefined, 200],
  ])('%s', async (_, key, path, body, status) => {
    const { model } = await stage([]);
    expect((await ask(model, key ?? model.key, path, body)).status).toBe(status);
  });
  it('can be closed in the middle of a stream', async () => {
    const slow = await startDemoModel({
      scenario: { name: 'no-op', workspace: '/w', edits: [], finalText: 'a b c d' },
      paceMs: 60_000,
    });
    const response = await ask(slow, slow.key, '/chat/completions', {
      model: slow.model,
      messages: [],
      stream: true,
    });
    await slow.close();
    await expect(response.text()).rejects.toThrow();
  });
});

describe('minimalEdit', () => {
  it.each([
    ['changes one line', 'a\nb\nc\n', 'a\nB\nc\n', 'b\n'],
    ['changes a line that occurs twice', 'x\nb\nx\n', 'x\nb\ny\n', 'b\nx\n'],
    ['adds a line', 'a\nb\n', 'a\nnew\nb\n', undefined],
    ['removes a line', 'a\nb\nc\n', 'a\nc\n', 'b\n'],
    ['changes a last line without a newline', 'a\nb', 'a\nc', 'b'],
    ['keeps CRLF', 'a\r\nb\r\n', 'a\r\nc\r\n', 'b\r\n'],
    ['handles identical lines', 'a\na\na\n', 'a\na\n', undefined],
    ['takes $ literally', 'a $& b\n', '$1\n', 'a $& b\n'],
  ])('%s', (_, before, after, oldText) => {
    const edit = minimalEdit(before, after);
    if (edit === null) throw new Error('no edit was found');
    expect(before.split(edit.oldText)).toHaveLength(2);
    expect(before.replace(edit.oldText, () => edit.newText)).toBe(after);
    if (oldText !== undefined) expect(edit.oldText).toBe(oldText);
  });
  it('is null for an empty file or no change', () => {
    expect(minimalEdit('', 'a')).toBeNull();
    expect(minimalEdit('a', 'a')).toBeNull();
  });
});
