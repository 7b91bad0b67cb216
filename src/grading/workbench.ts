import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SYSTEM_DIRS } from '../host/find-on-path.js';
import type { Host } from '../host/host.js';
import { type ResolvedToolchain, resolveToolchain } from '../host/toolchains.js';
import type { Masked, Sandbox } from '../sandbox/sandbox.js';
import type { Confinement } from './confined-run.js';
import { type SeededCache, seedCaches } from './seeded-cache.js';

/** What it takes to run the tests of tasks on this machine; chosen once for a command. */
export interface Workbench {
  host: Host;
  /** The git binary. */
  git: string;
  sandbox: Sandbox;
  /** An existing directory for workspaces and grading copies, all of which are removed again. */
  tempDir: string;
  /** What looks empty to the code under test: the user's home, this program's caches and saved runs, secrets. */
  masked: readonly Masked[];
  /** Stands in the environment of every process, so that strays are found. */
  marker: string;
  /** Aborted: everything is stopped, and what runs rejects with its reason. */
  signal?: AbortSignal;
}

/** The toolchains of a task, as code in a sandbox finds them. */
export interface Tools {
  /** The toolchains' own directories, then the system's, in PATH order. */
  pathDirs: string[];
  /** What must stay readable although a mask covers it. */
  readable: string[];
  caches: SeededCache[];
}

type Found = Extract<ResolvedToolchain, { ok: true }>;
type Missing = Extract<ResolvedToolchain, { ok: false }>;

/** The tools of a task that needs these toolchains, or the first that is missing. */
export async function findTools(
  toolchains: readonly string[],
  host: Pick<Host, 'node' | 'env' | 'cacheDir'>,
): Promise<Tools | Missing> {
  const all = await Promise.all(toolchains.map((id) => resolveToolchain(id, host)));
  const missing = all.find((found) => !found.ok);
  if (missing) return missing;
  const found = all.filter((toolchain) => toolchain.ok);
  const caches = found.map((toolchain, index) =>
    seedCaches(toolchains[index] ?? '', toolchain, host.cacheDir),
  );
  return toolsOf(found, (await Promise.all(caches)).flat(), host);
}

/** The same from toolchains that were found one by one. */
export async function toolsOf(
  found: ReadonlyArray<Pick<Found, 'binDirs' | 'readableRoots'>>,
  caches: readonly SeededCache[],
  { node }: Pick<Host, 'node'>,
): Promise<Tools> {
  return {
    pathDirs: [...new Set([...found.flatMap(({ binDirs }) => binDirs), dirname(node.path), ...SYSTEM_DIRS])],
    readable: [await realpath(node.path), ...found.flatMap(({ readableRoots }) => readableRoots)],
    caches: [...caches],
  };
}

/** How code that needs these tools runs at a workbench. */
export function confinementAt(workbench: Workbench, tools: Tools): Confinement {
  const { sandbox, masked, marker, signal } = workbench;
  return { sandbox, masked, marker, ...tools, ...(signal ? { signal } : {}) };
}
