import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Host } from '../host/host.js';
import { removeTree } from '../host/remove-tree.js';
import { makeTempDir } from '../host/temp-dir.js';
import type { AgentAdapter } from './adapter.js';

const PROBE_TIMEOUT_MS = 30_000;
/** For the first start after an installation, which may read hundreds of megabytes from the disk. */
export const FIRST_PROBE_TIMEOUT_MS = 120_000;

export type VersionProbe = { ok: true; version: string | null } | { ok: false; reason: string };

/** Starts an agent in an empty home to read its version; returns the reason when it does not start. */
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
          // Scripts that start with `env node` use the Node that runs this program.
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
    await removeTree(home);
  }
}
