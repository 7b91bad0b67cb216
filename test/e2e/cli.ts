import { type StdioOptions, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { RunRecord } from '../../src/model/record.js';

const ROOT = join(import.meta.dirname, '..', '..');
export const BIN = join(ROOT, 'bin', 'codingagentbench.js');

export interface CliResult {
  /** As a shell tells it: 128 and the signal, for a process that a signal ended. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  stdin?: string;
  /** False closes the pipe of stdout at once, as `head` does when it has seen enough. @default true */
  readsStdout?: boolean;
  /** Called when the process has started: to send it signals, or to look around. */
  whileRunning?: (run: Running) => Promise<void>;
  /** Who runs it; by default whoever runs the tests. */
  uid?: number;
  /** Open descriptors of the tests' own that it inherits, by the number it gets. */
  descriptors?: Readonly<Record<number, number>>;
  /** A descriptor of the tests' own in place of the pipe on stdin. */
  stdinFrom?: number;
}

export interface Running {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** When it is over: the most memory that it had resident, in KiB; 0 where the system does not tell. */
  peakKb(): Promise<number>;
}

/** A user with an empty home and an empty temp dir, who runs the built program. */
export class Visitor {
  readonly dir = mkdtempSync(join(tmpdir(), 'cab-e2e-'));
  readonly home = join(this.dir, 'home');
  readonly temp = join(this.dir, 'tmp');

  constructor() {
    for (const dir of [this.home, this.temp]) mkdirSync(dir);
  }

  /** Runs `codingagentbench ARGS`, no terminal, and returns when it has exited. */
  async run(
    args: string[],
    { env = {}, stdin, readsStdout = true, whileRunning, uid, descriptors = {}, stdinFrom }: RunOptions = {},
  ): Promise<CliResult> {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.dir,
      env: {
        PATH: process.env.PATH,
        HOME: this.home,
        TMPDIR: this.temp,
        XDG_CACHE_HOME: inject('cacheHome'),
        // Version managers look below HOME unless they are told.
        RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(homedir(), '.rustup'),
        PYENV_ROOT: process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'),
        ...env,
      },
      stdio: stdioOf(descriptors, stdinFrom),
      ...(uid !== undefined && { uid, gid: uid }),
    });
    let [stdout, stderr] = ['', ''];
    if (!child.stdout || !child.stderr) throw new Error('pipes were asked for');
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    if (!readsStdout) child.stdout.destroy();
    child.stdin?.end(stdin ?? '');
    const closed = new Promise<number | null>((resolve) =>
      child.once('close', (code, signal) =>
        resolve(signal === null ? code : 128 + constants.signals[signal]),
      ),
    );
    const { pid = 0 } = child;
    await whileRunning?.({
      pid,
      stdout: () => stdout,
      stderr: () => stderr,
      peakKb: () => watchPeak(pid, closed),
    });
    return { code: await closed, stdout, stderr };
  }

  /** The records this visitor's runs have saved, oldest first. */
  records(): RunRecord[] {
    const runs = join(this.home, '.local/share/codingagentbench/runs');
    return readdirSync(runs).map((id) => JSON.parse(readFileSync(join(runs, id, 'record.json'), 'utf8')));
  }

  /** Every file below this visitor's directories that holds `text`. */
  filesHolding(text: string): string[] {
    return readdirSync(this.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file).includes(text));
  }

  /** What stands in the temp dir. */
  litter(): string[] {
    return readdirSync(this.temp);
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Pipes and, above them, the descriptors by their numbers. */
export function stdioOf(descriptors: Readonly<Record<number, number>>, stdinFrom?: number): StdioOptions {
  const numbers = Object.keys(descriptors).map(Number);
  const more = Array.from(
    { length: Math.max(2, ...numbers) - 2 },
    (_, at) => descriptors[at + 3] ?? 'ignore',
  );
  return [stdinFrom ?? 'pipe', 'pipe', 'pipe', ...more];
}

async function watchPeak(pid: number, closed: Promise<unknown>): Promise<number> {
  let peakKb = 0;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      peakKb = Math.max(peakKb, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    } catch {}
  };
  const looking = setInterval(look, 20);
  await closed;
  clearInterval(looking);
  return peakKb;
}

/** The output with what differs from run to run made the same. */
export function steady(text: string, visitor: Visitor): string {
  return text
    .replaceAll(visitor.dir, 'DIR')
    .replace(/\b[0-9a-f]{8}\b/g, 'RUN')
    .replace(/codingagentbench-[\w-]+-\d+-\w+/g, 'CELL')
    .replace(/\d+\.\d+s/g, 'N.Ns')
    .replace(/(Wall|Overhead) {2,}N\.Ns/g, '$1  N.Ns')
    .replace(/\b\d{1,3}(,\d{3})+\b/g, 'N,NNN')
    .replace(/\d+ out;/g, 'N out;')
    .replace(/(Composite|Measured) {2,}\d\.\d{3}/g, '$1  N.NNN')
    .replace(/(N\.Ns|N,NNN|N\.NNN) {2}[━╸─]{10}/g, '$1  BAR');
}
