import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { RunRecord } from '../../src/model/record.js';

/** The checkout; `npm run` starts its scripts there. */
const ROOT = process.cwd();
const BIN = join(ROOT, 'bin', 'codingagentbench.js');
/** Agents are installed once. */
const CACHE = process.env.CAB_FIELD_CACHE ?? join(ROOT, 'node_modules', '.cache', 'tests');

export interface FieldRun {
  exitCode: number | null;
  /** Null when the program ended before it had one. */
  record: RunRecord | null;
  stderr: string;
  /** What was still there afterwards and should not have been: processes, files in the temp dir and in the home. */
  leftovers: string[];
}

export interface FieldOptions {
  /** Ctrl-C is pressed a moment after this stands on stderr. */
  interruptWhen?: string;
  /** A command that is given the program's own, and runs it. */
  inside?: readonly string[];
}

/** Long enough for an agent to have asked its endpoint, mostly; where it has not, that is a case too. */
const INTERRUPT_AFTER_MS = 4_000;

/** Runs `codingagentbench check ARGS` as a user with an empty home and an empty temp dir. */
export async function fieldCheck(
  args: readonly string[],
  { interruptWhen, inside = [] }: FieldOptions = {},
): Promise<FieldRun> {
  const dir = mkdtempSync(join(tmpdir(), 'cab-field-'));
  try {
    const [home, temp, out] = [join(dir, 'home'), join(dir, 'tmp'), join(dir, 'run')];
    for (const made of [home, temp]) mkdirSync(made);
    const [command = '', ...rest] = [...inside, process.execPath, BIN, 'check', '--out', out, ...args];
    const child = spawn(command, rest, {
      cwd: dir,
      env: {
        // The registries' settings among it.
        ...process.env,
        NPM_CONFIG_USERCONFIG: join(homedir(), '.npmrc'),
        HOME: home,
        TMPDIR: temp,
        XDG_CACHE_HOME: CACHE,
        // Version managers look below HOME unless they are told.
        RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(homedir(), '.rustup'),
        PYENV_ROOT: process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'),
        NODE_DISABLE_COMPILE_CACHE: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let interrupted = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (interruptWhen === undefined || interrupted || !stderr.includes(interruptWhen)) return;
      interrupted = true;
      setTimeout(() => child.kill('SIGINT'), INTERRUPT_AFTER_MS);
    });
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const file = join(out, 'record.json');
    // A workspace that the program says it keeps is a promise held.
    const files = readdirSync(temp).filter((name) => !stdout.includes(join(temp, name)));
    return {
      exitCode,
      record: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null,
      stderr,
      leftovers: [...processesNaming(dir), ...files, ...strayFiles(home)],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What an agent, which has a home of its own, left in the user's. */
function strayFiles(home: string): string[] {
  const ours = join('.local', 'share', 'codingagentbench');
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(home, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith(ours) && !file.startsWith('.npm'))
    .map((file) => `home:${file}`);
}

/** Live processes that mention `text` in their command line or environment. */
function processesNaming(text: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const cmdline = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
        const environ = readFileSync(`/proc/${pid}/environ`, 'latin1');
        return cmdline.includes(text) || environ.includes(text) ? [`process ${cmdline.trim()}`] : [];
      } catch {
        return [];
      }
    });
}
