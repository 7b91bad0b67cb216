import { posix } from 'node:path';
import { copyWords, type DockerStep, envPairs, readDockerfile } from './dockerfile.js';
import { needsHarbor } from './harbor-toml.js';

/** One COPY: paths in the build context, and their target in the workspace. */
export interface PlainCopy {
  line: number;
  sources: string[];
  /** Relative to the workspace; empty for its top directory. */
  target: string;
  /** Whether the target is written as a directory. */
  intoDir: boolean;
}

/** An image with only a known base, files and variables: a workspace can replace it. */
export interface PlainImage {
  workdir: string;
  env: Record<string, string>;
  copies: PlainCopy[];
  /** Toolchains of this machine that replace the base image. */
  toolchain: string[];
  language: string;
}

/** Base images by name, with the toolchains that replace them. */
const BASES: Readonly<Record<string, { toolchain: string[]; language: string }>> = {
  python: { toolchain: ['python'], language: 'python' },
  node: { toolchain: ['node'], language: 'javascript' },
  rust: { toolchain: ['rust'], language: 'rust' },
  golang: { toolchain: ['go'], language: 'go' },
  gcc: { toolchain: ['c', 'cpp'], language: 'c' },
  'eclipse-temurin': { toolchain: ['java'], language: 'java' },
  ...Object.fromEntries(
    ['ubuntu', 'debian', 'alpine', 'bash', 'busybox'].map((name) => [
      name,
      { toolchain: [], language: 'shell' },
    ]),
  ),
};

/**
 * Reads the Dockerfile of a Harbor task as a workspace with variables.
 *
 * @param file the Dockerfile's name in errors
 * @throws UsageError `usage.needs_harbor` with the line that needs a container engine
 */
export function readPlainImage(text: string, file: string, taskDir: string): PlainImage {
  const refuse = ({ line, name, value }: DockerStep, why: string) =>
    needsHarbor(taskDir, `${file}:${line}: ${name} ${value.slice(0, 80)} ${why}`.replace(/\s+/g, ' '));
  const [from, ...steps] = readDockerfile(text);
  if (from?.name !== 'FROM') throw needsHarbor(taskDir, `${file} does not begin with FROM`);
  const base = BASES[from.value.replace(/^(?:docker\.io\/)?(?:library\/)?/, '').replace(/[:@].*$/, '')];
  if (!base) throw refuse(from, 'is an image that no toolchain of this machine can replace');

  let workdir = '/';
  const env: Record<string, string> = {};
  const copies: Array<PlainCopy & { step: DockerStep; at: string }> = [];
  for (const step of steps) {
    const { name, value, line } = step;
    if (name === 'WORKDIR') {
      if (/[$"'\\]/.test(value)) throw refuse(step, 'needs a builder to evaluate it');
      workdir = posix.join('/', posix.resolve(workdir, value));
    } else if (name === 'ENV') {
      const pairs = envPairs(value);
      if (pairs === null) throw refuse(step, 'needs a builder to evaluate it');
      if ('PATH' in pairs) throw refuse(step, 'sets PATH, but there is no image here');
      Object.assign(env, pairs);
    } else if (name === 'COPY') {
      const words = copyWords(value);
      const target = words?.at(-1);
      if (!words || target === undefined || words.length < 2)
        throw refuse(step, 'needs a builder to evaluate it');
      const at = posix.resolve(workdir, target);
      const intoDir = /(?:^|\/)\.{0,2}$/.test(target) || words.length > 2;
      copies.push({ line, sources: words.slice(0, -1), target: '', intoDir, step, at });
    } else throw refuse(step, 'needs a container engine');
  }
  if (!isAllowedWorkdir(workdir)) {
    throw needsHarbor(taskDir, `${file} has the working directory ${workdir}, which belongs to the system`);
  }
  return {
    ...base,
    workdir,
    env,
    copies: copies.map(({ step, at, ...copy }) => {
      const target = posix.relative(workdir, at);
      if (target.startsWith('..'))
        throw refuse(step, `puts files outside of the working directory, ${workdir}`);
      return { ...copy, target };
    }),
  };
}

/** Directories that a sandbox replaces for each command, or that Harbor uses itself. */
const RESERVED =
  /^\/(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|tests|solution|logs)(?:\/|$)|^\/usr\/(?!src\/)/;
/** System directories that may contain a workspace but must not be one. */
const SYSTEM_DIRS = new Set([
  '/',
  '/home',
  '/media',
  '/mnt',
  '/opt',
  '/root',
  '/srv',
  '/tmp',
  '/usr',
  '/var',
]);

function isAllowedWorkdir(workdir: string): boolean {
  return !RESERVED.test(workdir) && !SYSTEM_DIRS.has(workdir);
}
