import { realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Host } from '../host/host.js';
import { isInside } from '../host/owned-path.js';
import { PreflightError } from '../model/errors.js';
import type { AgentAdapter } from './adapter.js';
import { basePrefix } from './install/pip.js';
import { probeVersion } from './version.js';

/** An agent that is ready to start. */
export interface InstalledAgent {
  /** What comes before its arguments: its binary, or an interpreter and its script. */
  command: readonly string[];
  /** What it said of itself; null when it would not say. */
  version: string | null;
  /** Must stay readable inside the sandbox. */
  readable: readonly string[];
}

/** An agent that the user installed. Errors: PreflightError `preflight.agent_bin` when it does not start. */
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

/**
 * What belongs to a program of the user's: its package tree, its virtual environment, or its directory alone; and the
 * file alone where it lies among things that are none of its own.
 */
async function installRoots(bin: string, env: Host['env']): Promise<string[]> {
  const tree = bin.indexOf(`${sep}node_modules${sep}`);
  if (tree >= 0) return [bin.slice(0, tree)].map((dir) => join(dir, 'node_modules'));
  const venv = dirname(dirname(bin));
  const base = await basePrefix(venv);
  if (base === null) return isShared(dirname(bin), env) ? [bin] : [dirname(bin)];
  const there = await stat(base).catch(() => null);
  return there === null ? [venv] : [venv, await realpath(base)];
}

/** A home, a temp dir, or what holds one: to show it to the agent would show everything that the sandbox hides. */
function isShared(dir: string, { HOME, TMPDIR }: Host['env']): boolean {
  const hidden = [HOME, TMPDIR, '/root', '/tmp', '/var/tmp'].filter((path) => path !== undefined);
  return dir === '/home' || dirname(dir) === '/home' || hidden.some((path) => isInside(path, dir));
}
