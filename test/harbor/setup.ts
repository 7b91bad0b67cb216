import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Python that has Harbor, or why there is none. */
    harbor: { python: string; missing: null } | { python: null; missing: string };
  }
}

const HARBOR = '0.24.0';
const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', `harbor-${HARBOR}`);
const run = promisify(execFile);

/** Installs Harbor below node_modules, by the first Python here that is new enough; HARBOR_PYTHON names one that has it. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('harbor', await findHarbor());
}

async function findHarbor() {
  const made = join(CACHE, 'bin', 'python');
  for (const python of [process.env.HARBOR_PYTHON, made]) {
    if (python && (await answers(python, `import harbor; assert harbor.__version__ == "${HARBOR}"`))) {
      return { python, missing: null };
    }
  }
  for (const python of await pythons()) {
    if (await answers(python, 'import sys, venv; assert sys.version_info >= (3, 12)'))
      return install(python, made);
  }
  return { python: null, missing: 'no Python 3.12 or later' };
}

async function pythons(): Promise<string[]> {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const versions = await readdir(pyenv).catch(() => []);
  const onPath = ['3.14', '3.13', '3.12', '3'].map((version) => `python${version}`);
  return [...onPath, ...versions.map((version) => join(pyenv, version, 'bin', 'python3'))];
}

async function install(python: string, made: string) {
  try {
    await run(python, ['-m', 'venv', '--clear', CACHE]);
    await run(made, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv']);
    const pip = ['pip', 'install', '--quiet', '--python', made];
    await run(join(CACHE, 'bin', 'uv'), [...pip, `harbor==${HARBOR}`], { timeout: 600_000 });
    return { python: made, missing: null };
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { python: null, missing: `Harbor cannot be installed: ${said}` };
  }
}

async function answers(python: string, script: string): Promise<boolean> {
  return run(python, ['-c', script]).then(
    () => true,
    () => false,
  );
}
