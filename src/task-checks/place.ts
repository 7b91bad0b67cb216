import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Confinement } from '../grading/confined-run.js';
import { placesMissing } from '../grading/places-missing.js';
import { seedCaches } from '../grading/seeded-cache.js';
import { resolveToolchain, type ToolchainHost } from '../host/toolchains.js';
import type { Masked, Sandbox } from '../sandbox/sandbox.js';
import type { Task } from '../tasks/task.js';

/** Where tasks are tried on this machine. */
export interface LadderPlace {
  sandbox: Sandbox;
  /** The git binary. */
  git: string;
  /** An existing directory for the workspaces and grading copies, all of which are removed again. */
  tempDir: string;
  host: ToolchainHost;
  /** This program's own, where build caches of toolchains are kept. */
  cacheDir: string;
  /** What looks empty to the task's code: the user's home, this program's caches. */
  masked: readonly Masked[];
  /** Aborted: everything is stopped and the climb rejects with its reason. */
  signal?: AbortSignal;
}

const SYSTEM_DIRS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** How the task's code runs here, its toolchains found; else what is missing, in one sentence. */
export async function confineTask(
  { manifest }: Pick<Task, 'manifest'>,
  { sandbox, host, cacheDir, masked, signal }: LadderPlace,
): Promise<{ confinement: Omit<Confinement, 'marker'> } | { missing: string }> {
  const unplaced = placesMissing(manifest, sandbox);
  if (unplaced) return { missing: unplaced.detail };
  const tools = await Promise.all(manifest.toolchain.map((id) => resolveToolchain(id, host)));
  const missing = tools.find((tool) => !tool.ok);
  if (missing) return { missing: missing.detail };
  const found = tools.flatMap((tool) => (tool.ok ? [tool] : []));
  const caches = await Promise.all(
    found.map((tool, index) => seedCaches(manifest.toolchain[index] ?? '', tool, cacheDir)),
  );
  return {
    confinement: {
      sandbox,
      pathDirs: [...new Set([...found.flatMap((tool) => tool.binDirs), dirname(host.node), ...SYSTEM_DIRS])],
      readable: [await realpath(host.node), ...found.flatMap((tool) => tool.readableRoots)],
      masked: [...masked, cacheDir],
      caches: caches.flat(),
      ...(signal ? { signal } : {}),
    },
  };
}
