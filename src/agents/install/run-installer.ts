import { spawn } from 'node:child_process';
import { InstallerError, type InstallRun } from '../install/installer.js';

const TAIL_CHARS = 8_000;

/**
 * Runs an installer's own client to its end, quietly; `reason` finds its one-line reason in what it wrote to stderr.
 * It and all that it started are dead when this returns.
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
  // The whole group: npm and pip do their work in children.
  const kill = () => {
    try {
      if (client.pid !== undefined) process.kill(-client.pid, 'SIGKILL');
    } catch {}
  };
  const given = AbortSignal.any([signal, timeout]);
  given.addEventListener('abort', kill);
  if (given.aborted) kill();
  let said = '';
  client.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-TAIL_CHARS);
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      client.once('error', reject);
      client.once('close', resolve);
    });
    signal.throwIfAborted();
    if (timeout.aborted) throw new InstallerError(`${command} did not finish within ${timeoutMs / 1000} s`);
    if (code !== 0) throw new InstallerError(reason(said) || `${command} gave no reason`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new InstallerError(`${command} is not on PATH`);
    }
    throw error;
  } finally {
    given.removeEventListener('abort', kill);
  }
}
