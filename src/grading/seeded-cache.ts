import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, cp, mkdtemp, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeDir } from '../host/make-dir.js';
import { removeTree } from '../host/remove-tree.js';

/**
 * A build cache; every run of graded code gets a copy. The cache is made from the toolchain only, before graded code
 * runs, and graded code cannot see it. A copy is used once and never read back, so that graded code can only damage its
 * own copy.
 */
export interface SeededCache {
  from: string;
  /** Its path below HOME, where the toolchain looks for it. */
  at: string;
}

/** The packages that tasks and their drivers import. Others are built on demand. */
const STANDARD_LIBRARY = [
  'net/http/httptest',
  'encoding/json',
  'testing',
  'bufio',
  'container/heap',
  'text/tabwriter',
];
/** Builds in progress by cache, as tasks of one language are often prepared at the same time. */
const builds = new Map<string, Promise<void>>();
const BUILD_TIMEOUT_MS = 300_000;

/**
 * Returns the caches for one toolchain of a task, and builds missing ones below `cacheDir`. Only Go has one: its
 * compiled standard library. Without it, each grading copy would compile for about 20 s. Returns no cache when the build
 * fails: the tests will then show why.
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
  const build = builds.get(from) ?? compile(binDir, from);
  builds.set(from, build);
  return build.then(
    () => [seeded],
    () => [],
  );
}

async function compile(binDir: string, into: string): Promise<void> {
  if (await exists(into)) return;
  await makeDir(dirname(into));
  const buildDir = await mkdtemp(`${into}-`);
  try {
    await promisify(execFile)(join(binDir, 'go'), ['build', ...STANDARD_LIBRARY], {
      cwd: buildDir,
      timeout: BUILD_TIMEOUT_MS,
      env: {
        PATH: `${binDir}:/usr/bin:/bin`,
        HOME: buildDir,
        GOCACHE: join(buildDir, 'cache'),
        GOENV: 'off',
        GOTOOLCHAIN: 'local',
        GOPROXY: 'off',
        CGO_ENABLED: '0',
      },
    });
    // Another process may have built the same cache meanwhile.
    await rename(join(buildDir, 'cache'), into).catch(async (error) => {
      if (!(await exists(into))) throw error;
    });
  } finally {
    await removeTree(buildDir);
  }
}

/** Copies the caches into a home directory, unless it has them already. */
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
