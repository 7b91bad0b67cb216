import { execFile } from 'node:child_process';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Where the user's tools are looked for. */
export interface ToolchainHost {
  env: Readonly<Record<string, string | undefined>>;
  /** Path of the Node binary that runs this program. */
  node: string;
}

export type ResolvedToolchain =
  | {
      ok: true;
      version: string;
      /** Directories for PATH that hold the real binaries, no version manager's shims. */
      binDirs: string[];
      /** What has to stay readable in a sandbox that hides the user's home. */
      readableRoots: string[];
      detail: string;
    }
  | { ok: false; detail: string; fix: string };

/** A language's tools as data. Version managers need the user's HOME to choose; the binaries behind them do not. */
interface Toolchain {
  id: string;
  title: string;
  /** Binaries a task may call. */
  bins: string[];
  fix: string;
  /** Asks the tools themselves where they are. Rejects with a one-sentence error when they do not answer. */
  probe(host: ToolchainHost): Promise<{ version: string; binDirs: string[]; roots: string[] }>;
}

export const TOOLCHAINS: readonly Toolchain[] = [
  {
    id: 'node',
    title: 'Node.js',
    bins: ['node'],
    fix: 'Install Node.js 20.18 or later from https://nodejs.org and run this program with it.',
    async probe({ node, env }) {
      const binary = await realpath(node);
      return { version: await ask(binary, ['--version'], env), binDirs: [dirname(binary)], roots: [binary] };
    },
  },
  {
    id: 'python',
    title: 'Python',
    bins: ['python3'],
    fix: 'Install Python 3.8 or later, so that python3 is on PATH.',
    async probe({ env }) {
      // `_base_executable` is the interpreter behind a virtual environment.
      const script = [
        'import json, os, platform, sys',
        'real = os.path.realpath(getattr(sys, "_base_executable", sys.executable))',
        'print(json.dumps([platform.python_version(), os.path.dirname(real), sys.base_prefix, sys.base_exec_prefix]))',
      ].join('\n');
      const [version = '', binDir = '', ...roots] = strings(await ask('python3', ['-c', script], env));
      return { version, binDirs: [binDir], roots };
    },
  },
  {
    id: 'rust',
    title: 'Rust',
    bins: ['rustc', 'cargo', 'cc'],
    fix: 'Install Rust from https://rustup.rs (rustup default stable) and a C linker (Debian: apt-get install gcc; macOS: xcode-select --install).',
    async probe({ env }) {
      const [sysroot, version, linker] = await Promise.all([
        ask('rustc', ['--print', 'sysroot'], env),
        ask('rustc', ['--version'], env),
        findOnPath('cc', env.PATH ?? ''),
      ]);
      if (linker === null) throw new Error('there is no cc on PATH, which Rust links with');
      return { version, binDirs: [join(sysroot, 'bin'), dirname(linker)], roots: [sysroot] };
    },
  },
];

/** Readable anyway, and too wide to lay over a mask. */
const SYSTEM_ROOTS = new Set(['/', '/usr', '/usr/local']);
const PROBE_TIMEOUT_MS = 20_000;

/** Finds the real binaries of a toolchain in the user's environment. Never throws. */
export async function resolveToolchain(id: string, host: ToolchainHost): Promise<ResolvedToolchain> {
  const toolchain = TOOLCHAINS.find((known) => known.id === id);
  if (!toolchain) {
    const known = TOOLCHAINS.map((each) => each.id).join(', ');
    return {
      ok: false,
      detail: `There is no toolchain ${id}.`,
      fix: `Known are ${known}; correct the task's manifest.`,
    };
  }
  const { title, bins, fix } = toolchain;
  try {
    const { version, binDirs, roots } = await toolchain.probe(host);
    for (const bin of bins) {
      if ((await findOnPath(bin, binDirs.join(delimiter))) === null) {
        return { ok: false, detail: `${title}: no ${bin} in ${binDirs.join(' or ')}.`, fix };
      }
    }
    const readableRoots = unique(roots).filter((root) => !SYSTEM_ROOTS.has(root));
    return {
      ok: true,
      version,
      binDirs: unique(binDirs),
      readableRoots,
      detail: `${version} in ${binDirs[0]}`,
    };
  } catch (error) {
    return { ok: false, detail: `${title}: ${error instanceof Error ? error.message : String(error)}.`, fix };
  }
}

/** The first executable of that name on a PATH, or null. */
export async function findOnPath(bin: string, path: string): Promise<string | null> {
  for (const dir of path.split(delimiter)) {
    if (dir === '') continue;
    const file = join(dir, bin);
    try {
      await access(file, constants.X_OK);
      if ((await stat(file)).isFile()) return file;
    } catch {}
  }
  return null;
}

/** What a tool prints, trimmed. Run in the root directory: no project's pins apply; nothing may be installed by asking. */
async function ask(bin: string, args: string[], env: ToolchainHost['env']): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(bin, args, {
      cwd: '/',
      env: { ...env, RUSTUP_AUTO_INSTALL: '0' },
      timeout: PROBE_TIMEOUT_MS,
    });
    return stdout.trim();
  } catch (error) {
    const { code, killed, stderr } = error as { code?: unknown; killed?: unknown; stderr?: unknown };
    if (code === 'ENOENT') throw new Error(`there is no ${bin} on PATH`);
    if (killed === true) throw new Error(`${bin} did not answer in ${PROBE_TIMEOUT_MS / 1000} s`);
    const said = typeof stderr === 'string' ? stderr.trim().split('\n')[0] : '';
    throw new Error(`${bin} does not run${said ? ` (${said.replace(/\.$/, '')})` : ''}`);
  }
}

function strings(json: string): string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.map(String) : [];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
