import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { makeTempDir } from '../temp-dir.js';
import type { AgentHost } from './acquire/installer.js';
import type { AgentAdapter } from './adapter.js';

const PROBE_TIMEOUT_MS = 30_000;
/** The first start after an install: hundreds of megabytes may have to come from the disk. */
export const FIRST_PROBE_TIMEOUT_MS = 120_000;

export type VersionProbe = { ok: true; version: string | null } | { ok: false; reason: string };

/** Starts an agent for its version, in a home of its own; says why when it does not start. */
export async function probeVersion(
  command: readonly string[],
  { versionArgs, switches }: Pick<AgentAdapter, 'versionArgs' | 'switches'>,
  { node }: Pick<AgentHost, 'node'>,
  timeoutMs = PROBE_TIMEOUT_MS,
): Promise<VersionProbe> {
  const home = await makeTempDir(tmpdir(), 'cab-version-');
  const [bin = '', ...args] = [...command, ...versionArgs];
  try {
    return await new Promise((resolve) => {
      const options = {
        timeout: timeoutMs,
        killSignal: 'SIGKILL' as const,
        cwd: home,
        env: {
          ...switches,
          // Scripts that start with `env node` get the node that runs us.
          PATH: `${dirname(node.path)}:/usr/local/bin:/usr/bin:/bin`,
          HOME: home,
          TMPDIR: home,
          XDG_CACHE_HOME: home,
        },
      };
      execFile(bin, args, options, (error, stdout, stderr) => {
        if (!error)
          return resolve({
            ok: true,
            version: /\d+\.\d+\.\d+(?:[-+.]\w+)*/.exec(`${stdout} ${stderr}`)?.[0] ?? null,
          });
        const reason = error.killed ? `no answer in ${timeoutMs / 1000} s` : (error.signal ?? error.code);
        resolve({ ok: false, reason: String(reason ?? error.message) });
      });
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

export function isAtLeast(version: string, least: string): boolean {
  return compareVersions(version, least) >= 0;
}

/** Compares dotted numbers part by part, a missing part as 0; whatever follows a number is ignored. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
