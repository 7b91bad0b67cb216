import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROBE_TIMEOUT_MS = 30_000;

export type VersionProbe = { ok: true; version: string | null } | { ok: false; reason: string };

/** Starts a binary for its version, in a home of its own; says why when it does not start. */
export async function probeVersion(bin: string, versionArgs: string[]): Promise<VersionProbe> {
  const home = await mkdtemp(join(tmpdir(), 'cab-version-'));
  try {
    return await new Promise((resolve) => {
      const options = {
        timeout: PROBE_TIMEOUT_MS,
        killSignal: 'SIGKILL' as const,
        cwd: home,
        env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home, TMPDIR: home, XDG_CACHE_HOME: home },
      };
      execFile(bin, versionArgs, options, (error, stdout, stderr) => {
        if (!error)
          return resolve({ ok: true, version: /\d+\.\d+\.\d+\S*/.exec(`${stdout} ${stderr}`)?.[0] ?? null });
        const reason = error.killed
          ? `no answer in ${PROBE_TIMEOUT_MS / 1000} s`
          : (error.signal ?? error.code);
        resolve({ ok: false, reason: String(reason ?? error.message) });
      });
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
