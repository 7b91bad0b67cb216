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

/**
 * Finds a Python with Harbor (HARBOR_PYTHON can name one), or installs Harbor below node_modules with the first Python
 * that is new enough.
 */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('harbor', await findHarbor());
}

async function findHarbor() {
  const cached = join(CACHE, 'bin', 'python');
  for (const python of [process.env.HARBOR_PYTHON, cached]) {
    if (python && (await succeeds(python, `import harbor; assert harbor.__version__ == "${HARBOR}"`))) {
      return { python, missing: null };
    }
  }
  for (const python of await pythons()) {
    if (await succeeds(python, 'import sys, venv; assert sys.version_info >= (3, 12)'))
      return install(python, cached);
  }
  return { python: null, missing: 'no Python 3.12 or later' };
}

async function pythons(): Promise<string[]> {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const versions = await readdir(pyenv).catch(() => []);
  const onPath = ['3.14', '3.13', '3.12', '3'].map((version) => `python${version}`);
  return [...onPath, ...versions.map((version) => join(pyenv, version, 'bin', 'python3'))];
}

async function install(python: string, venvPython: string) {
  try {
    await run(python, ['-m', 'venv', '--clear', CACHE]);
    await run(venvPython, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv']);
    const pip = ['pip', 'install', '--quiet', '--python', venvPython];
    await run(join(CACHE, 'bin', 'uv'), [...pip, `harbor==${HARBOR}`], { timeout: 600_000 });
    return { python: venvPython, missing: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { python: null, missing: `Harbor cannot be installed: ${reason}` };
  }
}

async function succeeds(python: string, script: string): Promise<boolean> {
  return run(python, ['-c', script]).then(
    () => true,
    () => false,
  );
}
