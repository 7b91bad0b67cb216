import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SYSTEM_DIRS } from '../host/find-on-path.js';
import type { Host } from '../host/host.js';
import { type ResolvedToolchain, resolveToolchain } from '../host/toolchains.js';
import type { Masked, Sandbox } from '../sandbox/sandbox.js';
import type { Confinement } from './confined-run.js';
import { type SeededCache, seedCaches } from './seeded-cache.js';

/** What is needed to run tests of tasks on this machine. One command uses one workbench. */
export interface Workbench {
  host: Host;
  /** The git binary. */
  git: string;
  sandbox: Sandbox;
  /** An existing directory for workspaces and grading copies, which are removed afterwards. */
  tempDir: string;
  /** Paths that the code under test sees as empty: the user's home, this program's caches and saved runs, secrets. */
  masked: readonly Masked[];
  /** Is in the environment of every process, so that stray processes can be found. */
  marker: string;
  /** Aborting it stops all processes, and what runs rejects with its reason. */
  signal?: AbortSignal;
}

/** The toolchains of a task inside a sandbox. */
export interface Tools {
  /** Directories of the toolchains, then of the system, in PATH order. */
  pathDirs: string[];
  /** Paths that stay readable below a mask. */
  readable: string[];
  caches: SeededCache[];
}

type Resolved = Extract<ResolvedToolchain, { ok: true }>;
type Missing = Extract<ResolvedToolchain, { ok: false }>;

/** The tools for these toolchains, or the first missing toolchain. */
export async function findTools(
  toolchains: readonly string[],
  host: Pick<Host, 'node' | 'env' | 'cacheDir'>,
): Promise<Tools | Missing> {
  const all = await Promise.all(toolchains.map((id) => resolveToolchain(id, host)));
  const missing = all.find((toolchain) => !toolchain.ok);
  if (missing) return missing;
  const resolved = all.filter((toolchain) => toolchain.ok);
  const caches = resolved.map((toolchain, index) =>
    seedCaches(toolchains[index] ?? '', toolchain, host.cacheDir),
  );
  return toolsOf(resolved, (await Promise.all(caches)).flat(), host);
}

/** The tools for toolchains that are already resolved. */
export async function toolsOf(
  resolved: ReadonlyArray<Pick<Resolved, 'binDirs' | 'readableRoots'>>,
  caches: readonly SeededCache[],
  { node }: Pick<Host, 'node'>,
): Promise<Tools> {
  return {
    pathDirs: [
      ...new Set([...resolved.flatMap(({ binDirs }) => binDirs), dirname(node.path), ...SYSTEM_DIRS]),
    ],
    readable: [await realpath(node.path), ...resolved.flatMap(({ readableRoots }) => readableRoots)],
    caches: [...caches],
  };
}

/** The confinement of code that needs these tools. */
export function confinementAt(workbench: Workbench, tools: Tools): Confinement {
  const { sandbox, masked, marker, signal } = workbench;
  return { sandbox, masked, marker, ...tools, ...(signal ? { signal } : {}) };
}
