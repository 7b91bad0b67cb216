import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';
import { startGuardedEndpoint } from './guarded-endpoint.js';

const KEY = 'sk-SECRET-0123456789abcdef';

let endpoint: Awaited<ReturnType<typeof startGuardedEndpoint>>;
beforeAll(async () => {
  endpoint = await startGuardedEndpoint(KEY);
});
afterAll(() => endpoint.close());

const check = (agent: string, ...more: string[]) => [
  ...['check', '--endpoint', endpoint.url, '--model', endpoint.model, '--key', KEY, '--agent-bin', agent],
  ...more,
];

describe.concurrent('what a user adds to an agent', () => {
  it('reaches it, and stands in the record by name', async () => {
    using visitor = new Visitor();
    const agent = fakeAgent(
      visitor.dir,
      `await ask();
       say(JSON.stringify({ argv: process.argv.slice(2), level: process.env.LOG_LEVEL, config: process.env.OPENCODE_CONFIG_CONTENT }));`,
    );
    const server = join(visitor.dir, 'mcp.json');
    const module = join(visitor.dir, 'words.js');
    writeFileSync(
      server,
      JSON.stringify({ mcpServers: { words: { command: 'node', env: { PIN: 's3cret-pin' } } } }),
    );
    writeFileSync(module, 'export const Words = async () => ({});');
    const added = ['--agent-arg', '--verbose', '--agent-arg=two words', '--agent-env', 'LOG_LEVEL=debug-9f'];
    const { code } = await visitor.run(check(agent, ...added, '--plugin', server, '--plugin', module));
    const [record] = visitor.records();
    expect(code).toBe(1);
    const told = JSON.parse(record?.steps.at(-1)?.text ?? '{}');
    expect(told.argv.slice(-4)).toEqual(['--verbose', 'two words', '--', expect.any(String)]);
    expect(told.level).toBe('debug-9f');
    expect(JSON.parse(told.config)).toMatchObject({
      plugin: [`file://${module}`],
      mcp: { words: { type: 'local', command: ['node'], environment: { PIN: 's3cret-pin' } } },
    });
    expect(record).toMatchObject({ plugin_stack: ['mcp.json', 'words.js'], behavior_mode: 'plugins' });
    expect(record?.spans.find(({ name }) => name === 'applied_plugins')?.attrs).toEqual({
      tui: 'opencode',
      count: 2,
      applied: ['mcp.json', 'words.js'],
      env_keys: ['LOG_LEVEL'],
      extra_args: ['--verbose', 'two words'],
      applied_count: 2,
      skipped_count: 0,
    });
    // Values of the user's variables are nobody's affair: the agent alone has them, and said one of them itself.
    const wiring = record?.wiring;
    expect(wiring?.env.LOG_LEVEL).toBe('$YOUR_LOG_LEVEL');
    expect(JSON.stringify(wiring)).not.toContain('s3cret-pin');
    expect(JSON.stringify(wiring)).not.toContain(visitor.dir);
    expect(record?.tui_version).toBe('9.9.9');
  });

  it('without anything added the mode is factory', async () => {
    using visitor = new Visitor();
    await visitor.run(check(fakeAgent(visitor.dir, 'await ask();')));
    expect(visitor.records()[0]).toMatchObject({ plugin_stack: [], behavior_mode: 'factory' });
  });

  it.each([
    ['OPENCODE_CONFIG_CONTENT={}', '--agent-env OPENCODE_CONFIG_CONTENT is not allowed: '],
    ['OPENAI_BASE_URL=http://evil/v1', '--agent-env OPENAI_BASE_URL is not allowed: '],
    ['https_proxy=http://evil', '--agent-env https_proxy is not allowed: '],
    ['HOME=/root', '--agent-env HOME is not allowed: '],
    ['LOG LEVEL', '--agent-env LOG LEVEL is not of the form NAME=VALUE.'],
  ])('--agent-env %s is refused with a sentence', async (pair, sentence) => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(['check', '--demo', '--agent-env', pair]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  it.each([
    [['--plugin', 'no.json'], '--plugin no.json does not exist.'],
    [['--plugin', 'x.txt'], '--plugin x.txt is neither'],
    [['--tui', 'pi', '--plugin', 'x.js'], 'pi takes no plugin such as x.js'],
    [['--tui', 'aider', '--plugin', 'x.json'], 'Agents that take one: opencode, codex, qwen-code'],
    [['--plugin', 'urls.json'], '--plugin urls.json names no MCP server that is started by a command'],
    [['--agent-version', 'latest'], '--agent-version latest is not one exact version.'],
    [['--tui', 'goose', '--agent-version', '1.2.3'], 'goose is in no registry'],
    [
      ['--agent-version', '1.2.3', '--agent-bin', '/bin/true'],
      '--agent-version and --agent-bin were both given.',
    ],
    [['--tui', './none.mjs'], 'There is no adapter'],
    [['--tui', './half.mjs'], 'is invalid at `default.pins.0`'],
  ])('%j is refused with a sentence', async (flags, sentence) => {
    using visitor = new Visitor();
    writeFileSync(join(visitor.dir, 'urls.json'), '{"mcpServers":{"far":{"url":"https://example.com"}}}');
    writeFileSync(
      join(visitor.dir, 'half.mjs'),
      "export default { id: 'half', homepage: '', command: 'half', pins: [], wire: 'chat', argv: () => [] };",
    );
    const { code, stderr } = await visitor.run(['check', '--demo', ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(existsSync(join(visitor.home, '.local'))).toBe(false);
  });
});

describe.concurrent('an agent of anybody’s', () => {
  /** All that is needed: one file, and the agent's executable on PATH. */
  const ADAPTER = join(import.meta.dirname, 'fixtures', 'parrot.mjs');
  /** The agent: it reads its config, asks the model what to do, and does it. */
  const PARROT = `#!${process.execPath}
if (process.argv[2] === '--version') { console.log('parrot 0.3.1'); process.exit(0); }
const { readFileSync } = require('node:fs');
const { url, key } = JSON.parse(readFileSync(process.env.HOME + '/.parrot.json', 'utf8'));
(async () => {
  const answer = await fetch(url + '/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + key, 'content-type': 'application/json' },
    body: JSON.stringify({ model: process.argv[2], messages: [{ role: 'user', content: process.argv[3] }] }),
  });
  console.log('squawk: ' + (await answer.json()).choices[0].message.content);
})();
`;

  it('is driven from its one file: found, started, wired to the meter, its steps read', async () => {
    using visitor = new Visitor();
    const bin = join(visitor.dir, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'parrot'), PARROT, { mode: 0o755 });
    const { code } = await visitor.run(
      ['check', '--tui', ADAPTER, '--endpoint', endpoint.url, '--model', endpoint.model, '--key', KEY],
      { env: { PATH: `${bin}:${process.env.PATH}` } },
    );
    const [record] = visitor.records();
    expect(code).toBe(1);
    expect(record).toMatchObject({ tui: 'parrot', tui_version: '0.3.1', verdict: 'failed', wire: 'chat' });
    expect(record?.model_calls.filter(({ probe }) => !probe)).toHaveLength(1);
    expect(record?.steps.at(-1)).toMatchObject({ kind: 'message', text: 'Scripted demo' });
    expect(record?.wiring).toEqual({
      argv: ['parrot', '$YOUR_MODEL_ID', '$YOUR_PROMPT'],
      env: {},
      files: [{ path: '.parrot.json', content: '{"url":"$YOUR_ENDPOINT","key":"$YOUR_KEY"}' }],
    });
  });

  it('is shown as those of ours are', async () => {
    using visitor = new Visitor();
    const { code, stdout } = await visitor.run(['agents', 'show', ADAPTER]);
    expect(code).toBe(0);
    expect(stdout).toContain('parrot 0.3.1');
    expect(stdout).toContain('parrot "$YOUR_MODEL_ID" "$YOUR_PROMPT" </dev/null');
  });

  it('is what CONTRIBUTING shows, to the letter', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'CONTRIBUTING.md'), 'utf8');
    expect(page).toContain(readFileSync(ADAPTER, 'utf8').trimEnd());
  });
});
