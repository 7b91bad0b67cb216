import { randomBytes } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { findGit } from '../cell/machine-checks.js';
import { claimedDir } from '../cell/run-dirs.js';
import type { MutationHost } from '../mutation/bench.js';
import { chooseSandbox } from '../sandbox/choose-sandbox.js';
import type { SandboxMode } from '../sandbox/sandbox.js';
import { cellPlace } from './cell-place.js';
import type { CliIo } from './io.js';
import type { Paths } from './paths.js';
import { say } from './say.js';
import { hiddenOf } from './secrets.js';

/** Where mutations are tried out. */
export interface MutationPlace {
  host: MutationHost;
  /** A temp dir of its own. */
  workDir: string;
  close(): Promise<void>;
}

/** Tests use several cores themselves; and those that share a network may be in each other's way. */
const MAX_WIDTH = 4;
const SYSTEM_DIRS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** Chooses the sandbox, and says on stderr when there is none. Errors: PreflightError for a missing git or sandbox. */
export async function openMutationPlace(
  paths: Paths,
  mode: SandboxMode,
  signal: AbortSignal,
  io: CliIo,
): Promise<MutationPlace> {
  const place = cellPlace(paths, hiddenOf(paths, io), io);
  const { git } = await findGit(place.env);
  const { sandbox, warning } = await chooseSandbox({
    mode,
    path: place.env.PATH ?? '',
    nodePath: place.node,
    bridgePath: place.bridge,
    home: place.home,
    tempDir: place.tempDir,
  });
  if (warning !== null) say(io.stderr, `${warning}\n`);
  const marker = `mutate-${randomBytes(8).toString('hex')}`;
  const workDir = await claimedDir(place.tempDir, 'mutation', marker);
  const host: MutationHost = {
    git,
    node: await realpath(place.node),
    env: place.env,
    systemDirs: [dirname(place.node), ...SYSTEM_DIRS],
    sandbox,
    cacheDir: place.cacheDir,
    masked: [place.home, place.cacheDir, ...place.masked],
    marker,
    width: sandbox.ownNetwork ? Math.min(availableParallelism(), MAX_WIDTH) : 1,
    signal,
  };
  const close = () => rm(workDir, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  return { host, workDir, close };
}
