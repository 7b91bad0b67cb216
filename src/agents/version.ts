import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Host } from '../host/host.js';
import { makeTempDir } from '../host/temp-dir.js';
import type { AgentAdapter } from './adapter.js';

const PROBE_TIMEOUT_MS = 30_000;
/** The first start after an install: hundreds of megabytes may have to come from the disk. */
export const FIRST_PROBE_TIMEOUT_MS = 120_000;

export type VersionProbe = { ok: true; version: string | null } | { ok: false; reason: string };

/** Starts an agent for its version, in a home of its own; says why when it does not start. */
export async function probeVersion(
  command: readonly string[],
  { versionArgs, switches }: Pick<AgentAdapter, 'versionArgs' | 'switches'>,
  { node }: Pick<Host, 'node'>,
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
