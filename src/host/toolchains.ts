import { execFile } from 'node:child_process';
import { access, realpath } from 'node:fs/promises';
import { devNull } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from './find-on-path.js';
import type { Host } from './host.js';

/** Where the user's tools are looked for. */
type ToolHost = Pick<Host, 'env' | 'node'>;

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
  probe(host: ToolHost): Promise<{ version: string; binDirs: string[]; roots: string[] }>;
}

export const TOOLCHAINS: readonly Toolchain[] = [
  {
    id: 'node',
    title: 'Node.js',
    bins: ['node'],
    fix: 'Install Node.js 20.18 or later from https://nodejs.org and run this program with it.',
    async probe({ node, env }) {
      const binary = await realpath(node.path);
      return { version: await ask(binary, ['--version'], env), binDirs: [dirname(binary)], roots: [binary] };
    },
  },
  {
    id: 'typescript',
    title: 'TypeScript',
    bins: ['node'],
    fix: 'Install Node.js 22.18 or later (https://nodejs.org), which runs TypeScript as it is, so that node is on PATH.',
    async probe({ node, env }) {
      // This program may itself run on an older Node than the one on PATH.
      const asked = ['-p', "process.features.typescript ? process.version + ' ' + process.execPath : ''"];
      const onPath = (env.PATH ?? '').split(delimiter).map((dir) => findOnPath('node', dir));
      for (const found of [node.path, ...onPath]) {
        const said = found === null ? '' : await ask(found, asked, env).catch(() => '');
        const [, version, binary] = /^(\S+) (.+)$/.exec(said) ?? [];
        if (version && binary) return { version, binDirs: [dirname(binary)], roots: [binary] };
      }
      throw new Error('no Node.js here runs TypeScript as it is');
    },
  },
  {
    id: 'npm',
    title: 'npm',
    bins: ['npm'],
    fix: 'Install npm, which comes with Node.js from https://nodejs.org.',
    async probe({ env }) {
      const launcher = findOnPath('npm', env.PATH);
      if (launcher === null) throw new Error('there is no npm on PATH');
      // A link into the package, which it needs whole.
      const packageDir = dirname(dirname(await realpath(launcher)));
      return {
        version: await ask(launcher, ['--version'], env),
        binDirs: [dirname(launcher)],
        roots: [launcher, packageDir],
      };
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
        findOnPath('cc', env.PATH),
      ]);
      if (linker === null) throw new Error('there is no cc on PATH, which Rust links with');
      return { version, binDirs: [join(sysroot, 'bin'), dirname(linker)], roots: [sysroot] };
    },
  },
  {
    id: 'go',
    title: 'Go',
    bins: ['go'],
    fix: 'Install Go 1.20 or later from https://go.dev/dl, so that go is on PATH.',
    async probe({ env }) {
      // Asked for its version alone, Go counts that in the user's configuration directory.
      const uncounted = { ...env, XDG_CONFIG_HOME: devNull };
      const said = await ask('go', ['env', 'GOROOT', 'GOVERSION'], uncounted);
      const [root = '', version = ''] = said.split('\n');
      return { version, binDirs: [join(root, 'bin')], roots: [root] };
    },
  },
  {
    id: 'java',
    title: 'Java',
    bins: ['java', 'javac'],
    fix: 'Install a JDK, version 11 or later (https://adoptium.net; Debian: apt-get install default-jdk-headless), so that javac is on PATH.',
    async probe({ env }) {
      // The compiler, not the launcher: only a JDK has one, and the launcher stands beside it.
      const { stdout, stderr } = await answers('javac', ['-J-XshowSettings:properties', '-version'], env);
      const home = /^\s*java\.home = (.+)$/m.exec(stderr)?.[1]?.trim();
      if (home === undefined) throw new Error('javac does not say where its JDK is');
      return { version: stdout.trim(), binDirs: [join(home, 'bin')], roots: [home] };
    },
  },
  compiler({
    id: 'c',
    title: 'C',
    bin: 'cc',
    try: ['-x', 'c', '-include', 'stdio.h'],
    fix: 'Install a C compiler and make (Debian: apt-get install build-essential; macOS: xcode-select --install).',
  }),
  compiler({
    id: 'cpp',
    title: 'C++',
    bin: 'c++',
    try: ['-std=c++17', '-x', 'c++', '-include', 'string'],
    fix: 'Install a C++17 compiler and make (Debian: apt-get install build-essential; macOS: xcode-select --install).',
  }),
];

/** A compiler is asked to read a header: a bare one is found with nothing to compile against. */
function compiler(about: { id: string; title: string; bin: string; try: string[]; fix: string }): Toolchain {
  const { id, title, bin, fix } = about;
  return {
    id,
    title,
    bins: [bin, 'make'],
    fix,
    async probe({ env }) {
      const path = env.PATH ?? '';
      const [[version = ''], found, make] = await Promise.all([
        ask(bin, ['--version'], env).then((said) => said.split('\n')),
        findCompiler(bin, path),
        findOnPath('make', path),
        ask(bin, [...about.try, '-fsyntax-only', devNull], env),
      ]);
      if (found === null) throw new Error(`there is no ${bin} on PATH but a cache's`);
      if (make === null) throw new Error('there is no make on PATH');
      const binDirs = [dirname(found), dirname(make)];
      const prefix = dirname(dirname(await realpath(found)));
      return { version, binDirs, roots: SYSTEM_ROOTS.has(prefix) ? [] : await partsIn(prefix) };
    },
  };
}

/** Programs that stand on PATH under a compiler's name and pass the work on, each with a cache in the user's home. */
const COMPILER_CACHES = new Set(['ccache', 'sccache', 'distcc', 'icecc']);

async function findCompiler(bin: string, path: string): Promise<string | null> {
  for (const dir of path.split(delimiter)) {
    const file = findOnPath(bin, dir);
    if (file !== null && !COMPILER_CACHES.has(basename(await realpath(file)))) return file;
  }
  return null;
}

/** A compiler finds its parts beside itself. Its prefix may be the user's home, so only those are named. */
async function partsIn(prefix: string): Promise<string[]> {
  const parts = ['bin', 'lib', 'lib64', 'libexec', 'include'].map((part) => join(prefix, part));
  const present = await Promise.all(
    parts.map((part) =>
      access(part).then(
        () => true,
        () => false,
      ),
    ),
  );
  return parts.filter((_, index) => present[index]);
}

/** Readable anyway, and too wide to lay over a mask. */
const SYSTEM_ROOTS = new Set(['/', '/usr', '/usr/local']);
const PROBE_TIMEOUT_MS = 20_000;

/** Finds the real binaries of a toolchain in the user's environment. Never throws. */
export async function resolveToolchain(id: string, host: ToolHost): Promise<ResolvedToolchain> {
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
      if (findOnPath(bin, binDirs.join(delimiter)) === null) {
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

/** What a tool prints, trimmed. */
async function ask(bin: string, args: string[], env: Host['env']): Promise<string> {
  return (await answers(bin, args, env)).stdout.trim();
}

/** Both streams of a tool. Run in the root directory: no project's pins apply; nothing may be installed by asking. */
async function answers(
  bin: string,
  args: string[],
  env: Host['env'],
): Promise<{ stdout: string; stderr: string }> {
  try {
    return await promisify(execFile)(bin, args, {
      cwd: '/',
      // npm, on Node 22 and later, keeps compiled code in the temp dir.
      env: { ...env, RUSTUP_AUTO_INSTALL: '0', GOTOOLCHAIN: 'local', NODE_DISABLE_COMPILE_CACHE: '1' },
      timeout: PROBE_TIMEOUT_MS,
    });
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
