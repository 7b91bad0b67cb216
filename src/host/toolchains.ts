import { execFile } from 'node:child_process';
import { access, realpath } from 'node:fs/promises';
import { devNull } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from './find-on-path.js';
import type { Host } from './host.js';

/** The part of the host that finds the user's tools. */
type ToolHost = Pick<Host, 'env' | 'node'>;

export type ResolvedToolchain =
  | {
      ok: true;
      version: string;
      /** Directories for PATH with the real binaries, without shims of version managers. */
      binDirs: string[];
      /** Paths that a sandbox must show although it hides the user's home. */
      readableRoots: string[];
      detail: string;
    }
  | { ok: false; detail: string; fix: string };

/** The tools of a language. Version managers need the user's HOME to select a version; the real binaries do not. */
interface Toolchain {
  id: string;
  title: string;
  /** Binaries that a task may call. */
  bins: string[];
  fix: string;
  /** Runs the tools to find their version and paths. Rejects with a one-sentence error when that fails. */
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
    fix: 'Install Node.js 22.18 or later (https://nodejs.org), which runs TypeScript without a build, so that node is on PATH.',
    async probe({ node, env }) {
      // This program may run on an older Node.js than the one on PATH.
      const args = ['-p', "process.features.typescript ? process.version + ' ' + process.execPath : ''"];
      const onPath = (env.PATH ?? '').split(delimiter).map((dir) => findOnPath('node', dir));
      for (const binaryPath of [node.path, ...onPath]) {
        const output = binaryPath === null ? '' : await ask(binaryPath, args, env).catch(() => '');
        const [, version, binary] = /^(\S+) (.+)$/.exec(output) ?? [];
        if (version && binary) return { version, binDirs: [dirname(binary)], roots: [binary] };
      }
      throw new Error('no Node.js here runs TypeScript without a build');
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
      // npm is a link into its package, and it needs the whole package.
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
      // `_base_executable` is the real interpreter of a virtual environment.
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
      if (linker === null) throw new Error('there is no cc on PATH, which Rust needs for linking');
      return { version, binDirs: [join(sysroot, 'bin'), dirname(linker)], roots: [sysroot] };
    },
  },
  {
    id: 'go',
    title: 'Go',
    bins: ['go'],
    fix: 'Install Go 1.20 or later from https://go.dev/dl, so that go is on PATH.',
    async probe({ env }) {
      // Otherwise Go writes a telemetry counter to the user's configuration directory.
      const noTelemetry = { ...env, XDG_CONFIG_HOME: devNull };
      const output = await ask('go', ['env', 'GOROOT', 'GOVERSION'], noTelemetry);
      const [root = '', version = ''] = output.split('\n');
      return { version, binDirs: [join(root, 'bin')], roots: [root] };
    },
  },
  {
    id: 'java',
    title: 'Java',
    bins: ['java', 'javac'],
    fix: 'Install a JDK, version 11 or later (https://adoptium.net; Debian: apt-get install default-jdk-headless), so that javac is on PATH.',
    async probe({ env }) {
      // Runs the compiler, because only a JDK has one. The launcher `java` is in the same directory.
      const { stdout, stderr } = await runTool('javac', ['-J-XshowSettings:properties', '-version'], env);
      const home = /^\s*java\.home = (.+)$/m.exec(stderr)?.[1]?.trim();
      if (home === undefined) throw new Error('javac does not say where its JDK is');
      return { version: stdout.trim(), binDirs: [join(home, 'bin')], roots: [home] };
    },
  },
  compiler({
    id: 'c',
    title: 'C',
    bin: 'cc',
    testArgs: ['-x', 'c', '-include', 'stdio.h'],
    fix: 'Install a C compiler and make (Debian: apt-get install build-essential; macOS: xcode-select --install).',
  }),
  compiler({
    id: 'cpp',
    title: 'C++',
    bin: 'c++',
    testArgs: ['-std=c++17', '-x', 'c++', '-include', 'string'],
    fix: 'Install a C++17 compiler and make (Debian: apt-get install build-essential; macOS: xcode-select --install).',
  }),
];

/** The probe compiles a header: some machines have a compiler but no headers. */
function compiler(about: {
  id: string;
  title: string;
  bin: string;
  testArgs: string[];
  fix: string;
}): Toolchain {
  const { id, title, bin, fix } = about;
  return {
    id,
    title,
    bins: [bin, 'make'],
    fix,
    async probe({ env }) {
      const path = env.PATH ?? '';
      const [[version = ''], compilerPath, make] = await Promise.all([
        ask(bin, ['--version'], env).then((output) => output.split('\n')),
        findCompiler(bin, path),
        findOnPath('make', path),
        ask(bin, [...about.testArgs, '-fsyntax-only', devNull], env),
      ]);
      if (compilerPath === null) throw new Error(`there is no ${bin} on PATH except a compiler cache`);
      if (make === null) throw new Error('there is no make on PATH');
      const binDirs = [dirname(compilerPath), dirname(make)];
      const prefix = dirname(dirname(await realpath(compilerPath)));
      return { version, binDirs, roots: SYSTEM_ROOTS.has(prefix) ? [] : await partsIn(prefix) };
    },
  };
}

/** Programs installed under a compiler's name that call the real compiler and use a cache in the user's home. */
const COMPILER_CACHES = new Set(['ccache', 'sccache', 'distcc', 'icecc']);

async function findCompiler(bin: string, path: string): Promise<string | null> {
  for (const dir of path.split(delimiter)) {
    const file = findOnPath(bin, dir);
    if (file !== null && !COMPILER_CACHES.has(basename(await realpath(file)))) return file;
  }
  return null;
}

/** Directories that a compiler finds relative to its prefix. The prefix may be the user's home, so it is not shown as a whole. */
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

/** Readable anyway, and too large to show over a mask. */
const SYSTEM_ROOTS = new Set(['/', '/usr', '/usr/local']);
const PROBE_TIMEOUT_MS = 20_000;

/** Finds the real binaries of a toolchain in the user's environment. Returns problems; does not throw. */
export async function resolveToolchain(id: string, host: ToolHost): Promise<ResolvedToolchain> {
  const toolchain = TOOLCHAINS.find((known) => known.id === id);
  if (!toolchain) {
    const known = TOOLCHAINS.map((each) => each.id).join(', ');
    return {
      ok: false,
      detail: `There is no toolchain ${id}.`,
      fix: `The known toolchains are ${known}; correct the task's manifest.`,
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

/** Runs a tool and returns its stdout, trimmed. */
async function ask(bin: string, args: string[], env: Host['env']): Promise<string> {
  return (await runTool(bin, args, env)).stdout.trim();
}

/** Runs a tool in the root directory, so that no project pins a version. Prevents automatic installation of toolchains. */
async function runTool(
  bin: string,
  args: string[],
  env: Host['env'],
): Promise<{ stdout: string; stderr: string }> {
  try {
    return await promisify(execFile)(bin, args, {
      cwd: '/',
      // Otherwise npm on Node 22 and later writes a compile cache to the temp dir.
      env: { ...env, RUSTUP_AUTO_INSTALL: '0', GOTOOLCHAIN: 'local', NODE_DISABLE_COMPILE_CACHE: '1' },
      timeout: PROBE_TIMEOUT_MS,
    });
  } catch (error) {
    const { code, killed, stderr } = error as { code?: unknown; killed?: unknown; stderr?: unknown };
    if (code === 'ENOENT') throw new Error(`there is no ${bin} on PATH`);
    if (killed === true) throw new Error(`${bin} did not answer in ${PROBE_TIMEOUT_MS / 1000} s`);
    const firstLine = typeof stderr === 'string' ? stderr.trim().split('\n')[0] : '';
    throw new Error(`${bin} does not run${firstLine ? ` (${firstLine.replace(/\.$/, '')})` : ''}`);
  }
}

function strings(json: string): string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.map(String) : [];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
