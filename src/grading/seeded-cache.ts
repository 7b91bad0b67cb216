import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeDir } from '../host/make-dir.js';

/**
 * A build cache that every run of graded code gets a copy of. It is made from the toolchain alone, before any graded
 * code runs, lies where the sandbox shows an empty directory, and no copy is ever used twice or read back: what graded
 * code writes into its own can mislead nobody but itself.
 */
export interface SeededCache {
  from: string;
  /** Where the toolchain looks for it, below HOME. */
  at: string;
}

/** What the tasks and their drivers import, with all it imports in turn; anything else is built when it is needed. */
const STANDARD_LIBRARY = [
  'net/http/httptest',
  'encoding/json',
  'testing',
  'bufio',
  'container/heap',
  'text/tabwriter',
];
/** By cache: tasks of one language are often prepared at once. */
const underWay = new Map<string, Promise<void>>();
const BUILD_TIMEOUT_MS = 300_000;

/**
 * The caches for one of a task's toolchains, made where they are missing below `cacheDir`. Only Go has one: its standard
 * library compiled, some 20 s of work that each grading copy would do anew. None when that fails: the tests tell why.
 */
export async function seedCaches(
  toolchain: string,
  { binDirs: [binDir = ''], version }: { binDirs: readonly string[]; version: string },
  cacheDir: string,
): Promise<SeededCache[]> {
  if (toolchain !== 'go') return [];
  const id = createHash('sha256').update(`${binDir}\n${version}`).digest('hex').slice(0, 16);
  const from = join(cacheDir, 'go-build', id);
  const seeded = { from, at: join('.cache', 'go-build') };
  const made = underWay.get(from) ?? compile(binDir, from);
  underWay.set(from, made);
  return made.then(
    () => [seeded],
    () => [],
  );
}

async function compile(binDir: string, into: string): Promise<void> {
  if (await exists(into)) return;
  await makeDir(dirname(into));
  const making = await mkdtemp(`${into}-`);
  try {
    await promisify(execFile)(join(binDir, 'go'), ['build', ...STANDARD_LIBRARY], {
      cwd: making,
      timeout: BUILD_TIMEOUT_MS,
      env: {
        PATH: `${binDir}:/usr/bin:/bin`,
        HOME: making,
        GOCACHE: join(making, 'cache'),
        GOENV: 'off',
        GOTOOLCHAIN: 'local',
        GOPROXY: 'off',
        CGO_ENABLED: '0',
      },
    });
    // Another run may have been faster; one is as good as the other.
    await rename(join(making, 'cache'), into).catch(async (error) => {
      if (!(await exists(into))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Copies the caches into a home that has none of them yet. */
export async function copyCaches(caches: readonly SeededCache[], home: string): Promise<void> {
  for (const { from, at } of caches) {
    if (!(await exists(join(home, at)))) await cp(from, join(home, at), { recursive: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
