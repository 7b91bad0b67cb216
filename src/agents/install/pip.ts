import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../../host/find-on-path.js';
import type { Host } from '../../host/host.js';
import type { Installer } from '../install/installer.js';
import { KNOWN_ARCHIVES } from '../install/known-archives.js';
import { compareVersions, type PipPin, specOf } from '../pin.js';
import { runInstaller } from './run-installer.js';

/**
 * Installs packages of the Python package index, each in its own virtual environment. Uses `uv` when it is available,
 * which has more Pythons and is several times faster; otherwise `venv` and `pip` of a suitable Python.
 */
export const pip: Installer<PipPin> = {
  registry: 'the Python package index',
  timeoutMs: 900_000,

  fits: async (pin, host) => {
    const { atLeast, below } = pin.runsOn;
    if ((await findUv(host)) !== null || (await findPython(pin, host)) !== null) return { ok: true };
    return {
      ok: false,
      reason: `${pin.version} needs Python ${atLeast} or later, before ${below}, and there is none`,
      fix: `Install such a Python, or uv (https://docs.astral.sh/uv), which brings its own.`,
    };
  },

  install: async (pin, dir, host, run) => {
    const { atLeast, below } = pin.runsOn;
    const wheels = ['--only-binary', ':all:', ...pin.sourceOnly.flatMap((name) => ['--no-binary', name])];
    const venv = join(dir, VENV);
    const inDir = { ...run, cwd: dir };
    const checksum = KNOWN_ARCHIVES[specOf(pin)];
    const known = checksum === undefined ? null : join(dir, 'known.txt');
    if (known !== null) await writeFile(known, `${specOf(pin)} --hash=${checksum}\n`);
    const uv = await findUv(host);
    if (uv !== null) {
      await runInstaller(uv, ['venv', '--python', `>=${atLeast},<${below}`, venv], inDir, uvReason);
      const what = known === null ? [specOf(pin)] : ['-r', known];
      return runInstaller(uv, ['pip', 'install', '--python', venv, ...wheels, ...what], inDir, uvReason);
    }
    const python = (await findPython(pin, host)) ?? 'python3';
    await runInstaller(python, ['-m', 'venv', venv], inDir, pipReason);
    const pip = (command: string, ...args: string[]) => {
      const options = ['--quiet', '--no-input', '--disable-pip-version-check', ...wheels];
      return runInstaller(
        join(venv, 'bin/python'),
        ['-m', 'pip', command, ...options, ...args],
        inDir,
        pipReason,
      );
    };
    if (known === null) return pip('install', specOf(pin));
    // With one checksum, pip requires checksums for all archives. So the agent's archive is downloaded separately.
    const own = join(dir, 'own');
    await pip('download', '--no-deps', '--dest', own, '--require-hashes', '-r', known);
    await pip('install', ...(await readdir(own)).map((name) => join(own, name)));
    await rm(own, { recursive: true });
  },

  // Started with its interpreter: the first line of the script has the path of the staging directory.
  candidates: ({ script }, dir) => {
    const file = join(dir, VENV, 'bin', script);
    return [{ file, command: [join(dir, VENV, 'bin/python'), file] }];
  },

  readable: async (_pin, dir) => {
    const base = await basePrefix(join(dir, VENV));
    return base === null ? [] : [base];
  },
};

const VENV = 'venv';

/** The prefix of the Python behind a virtual environment; null when `dir` is not one. */
export async function basePrefix(dir: string): Promise<string | null> {
  const config = await readFile(join(dir, 'pyvenv.cfg'), 'utf8').catch(() => '');
  const home = /^home\s*=\s*(.+)$/m.exec(config)?.[1]?.trim();
  return home === undefined ? null : dirname(home);
}

function findUv({ env }: Host): string | null {
  return findOnPath('uv', env.PATH);
}

/** The newest suitable Python: on PATH, or installed by pyenv. */
async function findPython({ runsOn }: PipPin, { env }: Host): Promise<string | null> {
  const root = env.PYENV_ROOT ?? join(env.HOME ?? '/', '.pyenv');
  const pyenvVersions = await readdir(join(root, 'versions')).catch(() => []);
  const minor = Number(runsOn.below.split('.')[1]);
  const names = [...Array(minor).keys()]
    .map((n) => `python3.${n}`)
    .filter((name) => {
      return compareVersions(name.slice('python'.length), runsOn.atLeast) >= 0;
    });
  const onPath = [...names, 'python3'].map((name) => findOnPath(name, env.PATH));
  const candidates = [
    ...onPath,
    ...pyenvVersions.map((version) => join(root, 'versions', version, 'bin/python3')),
  ];
  const answers = await Promise.all(
    [...new Set(candidates.filter((path) => path !== null))].map(async (python) => {
      const args = ['-c', 'import ensurepip, platform; print(platform.python_version())'];
      const { stdout } = await promisify(execFile)(python, args, { cwd: '/', env, timeout: 10_000 }).catch(
        () => ({ stdout: '' }),
      );
      return { python, version: stdout.trim() };
    }),
  );
  return (
    answers
      .filter(({ version }) => version !== '')
      .filter(({ version }) => compareVersions(version, runsOn.atLeast) >= 0)
      .filter(({ version }) => compareVersions(version, runsOn.below) < 0)
      .sort((a, b) => compareVersions(b.version, a.version))[0]?.python ?? null
  );
}

const OTHER_ARCHIVE = 'the index gave another archive than the one that was tested with this program';

function pipReason(stderr: string): string {
  // For a failed connection, pip prints only a warning; its error says that there is no such package.
  const connectionError = /NewConnectionError\('<[^>]*>: ([^']+)'\)/.exec(stderr)?.[1];
  if (connectionError !== undefined) return clean([connectionError]);
  if (/DO NOT MATCH THE HASHES/.test(stderr)) return OTHER_ARCHIVE;
  const errors = stderr.split('\n').filter((line) => /^(ERROR|error):/.test(line));
  return clean(errors.slice(-2).map((line) => line.replace(/^(ERROR|error):\s*/, '')));
}

function uvReason(stderr: string): string {
  if (/Hash mismatch/.test(stderr)) return OTHER_ARCHIVE;
  return clean(
    stderr
      .split('\n')
      .filter((line) => /error|×|╰|caused by|hint/i.test(line))
      .slice(0, 3)
      .map((line) => line.replace(/^[\s×╰─▶│]+|^error:\s*/g, '')),
  );
}

function clean(lines: string[]): string {
  return lines
    .map((line) => line.trim())
    .join('; ')
    .replace(/\.$/, '')
    .slice(0, 400);
}
