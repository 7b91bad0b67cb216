import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import type { CliIo } from '../../../src/cli/io.js';
import { run } from '../../../src/cli/run.js';
import { plainMachine } from '../../e2e/plain-machine.js';
import {
  delta,
  scriptedUpstream,
  sendJson,
  sendStream,
  sse,
  usageChunk,
} from '../endpoint/scripted-upstream.js';

const KEY = 'sk-the-key-of-the-doctor-test';

const home = mkdtempSync(join(tmpdir(), 'cab-doctor-'));
afterAll(() => rmSync(home, { recursive: true }));
/** Asking every toolchain of this machine takes seconds of CPU: only one test does. */
const PLAIN = { ...plainMachine(home), HOME: home };
const THIS_MACHINE = { PATH: process.env.PATH, HOME: process.env.HOME };

/** Runs `codingagentbench doctor ARGS` in this process, no terminal. */
async function doctor(args: string[], env: NodeJS.ProcessEnv = {}, machine: NodeJS.ProcessEnv = PLAIN) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof written) =>
    Object.assign(new PassThrough(), {
      write(text: string) {
        written[name] += text;
        return true;
      },
      isTTY: false,
      columns: 100,
    }) as unknown as NodeJS.WriteStream;
  const stdin = new PassThrough() as unknown as NodeJS.ReadStream;
  const io: CliIo = {
    env: { ...machine, ...env },
    stdin,
    stdout: sink('stdout'),
    stderr: sink('stderr'),
  };
  const code = await run(['doctor', ...args], io);
  expect(written.stdout + written.stderr).not.toContain(KEY);
  return { code, ...written, env: io.env };
}

/** An endpoint whose model answers every probe correctly. */
const workingEndpoint = () =>
  scriptedUpstream((response, { method, body, path }) => {
    if (method === 'GET') {
      if (path === '/v1/models')
        sendJson(response, 200, { data: [{ id: 'm', owned_by: 'vllm', max_model_len: 4096 }] });
      else sendJson(response, 404, {});
      return;
    }
    const tool_calls = [
      { index: 0, id: 'c', function: { name: 'look_up_word', arguments: '{"number": 7}' } },
    ];
    const answer =
      body.includes('"tools"') && !body.includes('"tool_call_id"')
        ? delta({ tool_calls }, 'tool_calls')
        : delta({ content: 'heliotrope' }, 'stop');
    if (path === '/v1/responses') sendJson(response, 404, {});
    else sendStream(response, sse(answer, usageChunk(100, 10), '[DONE]'));
  });

it('checks the machine and the endpoint, and prints the next command', async () => {
  const { baseUrl } = await workingEndpoint();
  const { code, stdout, stderr } = await doctor(['--endpoint', baseUrl], { CAB_KEY: KEY }, THIS_MACHINE);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  for (const title of [' Machine', ' Agents', ` Endpoint ${baseUrl}`])
    expect(stdout).toContain(`\n${title}\n`);
  expect(stdout).toContain('✔ Server          vLLM\n');
  expect(stdout).toMatch(
    /! Context {9}4,096 tokens.*\n(.*\n)?.*vLLM: Start it with a larger --max-model-len\./,
  );
  expect(stdout).toContain(`next   codingagentbench check --endpoint ${baseUrl} --model m\n`);
  expect(stdout.indexOf(' Machine')).toBeLessThan(stdout.indexOf(' Endpoint '));
});

it('prints one JSON object with --json', async () => {
  const { baseUrl } = await workingEndpoint();
  const { stdout } = await doctor(['--endpoint', baseUrl, '--json'], { CAB_KEY: KEY });
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({
    exit_code: 0,
    machine: { node: process.versions.node },
    endpoint: {
      base_url: baseUrl,
      server: { id: 'vllm' },
      model: 'm',
      context_tokens: 4096,
      responses_api: false,
    },
    local_servers: null,
  });
  expect(result.endpoint.model_calls).toHaveLength(4);
  expect(result.checks.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining(['git', 'sandbox', 'agent.opencode', 'endpoint.tools', 'endpoint.speed']),
  );
});

it('exits 3 when nothing listens at the endpoint', async () => {
  const { code, stdout } = await doctor(['--endpoint', 'http://127.0.0.1:1/v1']);
  expect(code).toBe(3);
  expect(stdout).toContain('Nothing listens at 127.0.0.1:1');
  expect(stdout).toContain('1 problem');
  expect(stdout).not.toContain('next   codingagentbench');
});

it('exits 3 for a refused key, without printing it', async () => {
  const upstream = await scriptedUpstream((response) =>
    sendJson(response, 401, { error: { message: `bad ${KEY}` } }),
  );
  const { code, stdout } = await doctor(['--endpoint', upstream.baseUrl], { CAB_KEY: KEY });
  expect(code).toBe(3);
  expect(stdout).toContain('The key was refused');
});

it.each([
  [['--endpoint', 'ftp://host.test'], 'not HTTP'],
  [['--model', 'm'], 'without an endpoint'],
  [['--key', KEY], 'without an endpoint'],
  [['--endpont', 'x'], 'Did you mean --endpoint'],
])('exits 2 for %j', async (args, said) => {
  const { code, stdout, stderr } = await doctor(args);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(stdout).toBe('');
});

it('without an endpoint looks for local servers, and removes the key from the environment', async () => {
  const { code, stdout, env } = await doctor([], { CAB_KEY: KEY });
  expect(code).toBe(0);
  expect(stdout).toContain('\n Servers on this machine\n');
  expect(stdout).toContain('next   codingagentbench ');
  expect(env.CAB_KEY).toBeUndefined();
});
