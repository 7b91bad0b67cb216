import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const PYTHON = process.env.CAB_FIELD_PYTHON ?? 'python3';
const INSTALL_TIMEOUT_MS = 45 * 60_000;

/** A virtual environment with these packages below `dir`; rejects with pip's last words. */
export async function installPackages(dir: string, packages: string[], env = {}): Promise<string> {
  const run = promisify(execFile);
  await run(PYTHON, ['-m', 'venv', dir]);
  const options = {
    env: { ...process.env, ...env },
    timeout: INSTALL_TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  };
  await run(join(dir, 'bin', 'pip'), ['install', '--quiet', ...packages], options).catch((error) => {
    const said = `${error.stderr ?? error}`.trim().split('\n').at(-1);
    throw new Error(`pip install ${packages.join(' ')}: ${said}`);
  });
  return dir;
}

/** Runs Python of a virtual environment and returns what it prints. */
export async function python(venv: string, code: string): Promise<string> {
  const { stdout } = await promisify(execFile)(join(venv, 'bin', 'python'), ['-c', code]);
  return stdout.trim();
}

export interface RunningServer {
  port: number;
  stop(): void;
}

/** Starts a server and waits until `path` answers 200. Rejects with the end of its log when it dies or does not come up. */
export async function startServer(
  command: [string, ...string[]],
  { port, path, log, env = {} }: { port: number; path: string; log: string; env?: Record<string, string> },
): Promise<RunningServer> {
  const file = openSync(log, 'w');
  const [bin, ...args] = command;
  const child = spawn(bin, args, { env: { ...process.env, ...env }, stdio: ['ignore', file, file] });
  closeSync(file);
  const stop = () => child.kill('SIGKILL');
  for (let tries = 0; tries < 600 && isAlive(child); tries++) {
    if (await answers(`http://127.0.0.1:${port}${path}`)) return { port, stop };
    await delay(500);
  }
  stop();
  throw new Error(`${bin} did not come up: ${readFileSync(log, 'utf8').slice(-2_000)}`);
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
