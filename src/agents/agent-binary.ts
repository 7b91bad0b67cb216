import { realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Host } from '../host/host.js';
import { isInside } from '../host/owned-path.js';
import { PreflightError } from '../model/errors.js';
import type { AgentAdapter } from './adapter.js';
import { basePrefix } from './install/pip.js';
import { probeVersion } from './version.js';

/** An agent that can be started. */
export interface InstalledAgent {
  /** The command before the arguments: a binary, or an interpreter and a script. */
  command: readonly string[];
  /** The version that it reports; null for none. */
  version: string | null;
  /** Must stay readable inside the sandbox. */
  readable: readonly string[];
}

/**
 * An agent that the user has installed.
 *
 * @throws PreflightError `preflight.agent_bin` when it does not start
 */
export async function useBinary(
  path: string,
  adapter: Pick<AgentAdapter, 'versionArgs' | 'switches'>,
  host: Pick<Host, 'node' | 'env'>,
): Promise<InstalledAgent> {
  const bin = await realpath(path);
  const probe = await probeVersion([bin], adapter, host);
  if (probe.ok)
    return { command: [bin], version: probe.version, readable: await installRoots(bin, host.env) };
  throw new PreflightError(
    `${path} does not start: \`${adapter.versionArgs.join(' ')}\` gave ${probe.reason}.`,
    {
      code: 'preflight.agent_bin',
      fix: "Give --agent-bin the path of the agent's executable.",
    },
  );
}

/** The paths that the program needs: its package tree, its virtual environment, or its directory; in a shared directory only the file. */
async function installRoots(bin: string, env: Host['env']): Promise<string[]> {
  const tree = bin.indexOf(`${sep}node_modules${sep}`);
  if (tree >= 0) return [bin.slice(0, tree)].map((dir) => join(dir, 'node_modules'));
  const venv = dirname(dirname(bin));
  const base = await basePrefix(venv);
  if (base === null) return isShared(dirname(bin), env) ? [bin] : [dirname(bin)];
  const exists = await stat(base).catch(() => null);
  return exists === null ? [venv] : [venv, await realpath(base)];
}

/** Whether the directory is or contains a home or temp directory: in the sandbox it would show what must be hidden. */
function isShared(dir: string, { HOME, TMPDIR }: Host['env']): boolean {
  const hidden = [HOME, TMPDIR, '/root', '/tmp', '/var/tmp'].filter((path) => path !== undefined);
  return dir === '/home' || dirname(dir) === '/home' || hidden.some((path) => isInside(path, dir));
}
