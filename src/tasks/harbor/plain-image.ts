import { posix } from 'node:path';
import { copyWords, type DockerStep, envPairs, readDockerfile } from './dockerfile.js';
import { needsHarbor } from './harbor-toml.js';

/** One COPY: paths of the build context, and where they go in the workspace. */
export interface PlainCopy {
  line: number;
  sources: string[];
  /** Relative to the workspace; empty for its top. */
  target: string;
  /** The target was written as a directory. */
  intoDir: boolean;
}

/** An image that is no more than a known base, some files and some variables: a workspace can stand in for it. */
export interface PlainImage {
  workdir: string;
  env: Record<string, string>;
  copies: PlainCopy[];
  /** What of this machine stands in for the base image. */
  toolchain: string[];
  language: string;
}

/** Base images by name, and the toolchains here that do what they are there for. */
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
 * @param file as it is named in errors
 * @throws UsageError `usage.needs_harbor` naming the line that needs a container engine
 */
export function readPlainImage(text: string, file: string, taskDir: string): PlainImage {
  const refuse = ({ line, name, value }: DockerStep, why: string) =>
    needsHarbor(taskDir, `${file}:${line}: ${name} ${value.slice(0, 80)} ${why}`.replace(/\s+/g, ' '));
  const [from, ...steps] = readDockerfile(text);
  if (from?.name !== 'FROM') throw needsHarbor(taskDir, `${file} does not begin with FROM`);
  const base = BASES[from.value.replace(/^(?:docker\.io\/)?(?:library\/)?/, '').replace(/[:@].*$/, '')];
  if (!base) throw refuse(from, 'is an image of which nothing on this machine can stand in');

  let workdir = '/';
  const env: Record<string, string> = {};
  const copies: Array<PlainCopy & { step: DockerStep; at: string }> = [];
  for (const step of steps) {
    const { name, value, line } = step;
    if (name === 'WORKDIR') {
      if (/[$"'\\]/.test(value)) throw refuse(step, 'has to be worked out by a builder');
      workdir = posix.join('/', posix.resolve(workdir, value));
    } else if (name === 'ENV') {
      const pairs = envPairs(value);
      if (pairs === null) throw refuse(step, 'has to be worked out by a builder');
      if ('PATH' in pairs) throw refuse(step, 'sets the PATH of an image that is not there');
      Object.assign(env, pairs);
    } else if (name === 'COPY') {
      const words = copyWords(value);
      const target = words?.at(-1);
      if (!words || target === undefined || words.length < 2)
        throw refuse(step, 'has to be worked out by a builder');
      const at = posix.resolve(workdir, target);
      const intoDir = /(?:^|\/)\.{0,2}$/.test(target) || words.length > 2;
      copies.push({ line, sources: words.slice(0, -1), target: '', intoDir, step, at });
    } else throw refuse(step, 'needs a container engine');
  }
  if (!mayStandAt(workdir)) {
    throw needsHarbor(taskDir, `${file} has the working directory ${workdir}, which is the system's own`);
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

/** Tops that are made anew for each command, or that Harbor has a use of its own for. */
const NEVER =
  /^\/(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|tests|solution|logs)(?:\/|$)|^\/usr\/(?!src\/)/;
/** Directories of the system that may hold a workspace, and must not become one. */
const NOT_ITSELF = new Set(['/', '/home', '/media', '/mnt', '/opt', '/root', '/srv', '/tmp', '/usr', '/var']);

function mayStandAt(workdir: string): boolean {
  return !NEVER.test(workdir) && !NOT_ITSELF.has(workdir);
}
