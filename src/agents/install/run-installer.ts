import { spawn } from 'node:child_process';
import { InstallerError, type InstallRun } from '../install/installer.js';

const TAIL_CHARS = 8_000;

/**
 * Runs the client of a registry, such as npm. `reason` extracts a one-line reason from its stderr. On a timeout or abort,
 * its whole process group is killed.
 *
 * @throws InstallerError; the signal's reason
 */
export async function runInstaller(
  command: string,
  args: readonly string[],
  { cwd, env, signal, timeoutMs }: InstallRun & { cwd: string },
  reason: (stderr: string) => string,
): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const client = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  // The whole group: npm and pip work in child processes.
  const kill = () => {
    try {
      if (client.pid !== undefined) process.kill(-client.pid, 'SIGKILL');
    } catch {}
  };
  const stop = AbortSignal.any([signal, timeout]);
  stop.addEventListener('abort', kill);
  if (stop.aborted) kill();
  let stderr = '';
  client.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-TAIL_CHARS);
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      client.once('error', reject);
      client.once('close', resolve);
    });
    signal.throwIfAborted();
    if (timeout.aborted) throw new InstallerError(`${command} did not finish within ${timeoutMs / 1000} s`);
    if (code !== 0) throw new InstallerError(reason(stderr) || `${command} gave no reason`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new InstallerError(`${command} is not on PATH`);
    }
    throw error;
  } finally {
    stop.removeEventListener('abort', kill);
  }
}
