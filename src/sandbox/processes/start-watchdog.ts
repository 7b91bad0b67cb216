import { spawn } from 'node:child_process';

export interface WatchdogOptions {
  nodePath: string;
  /** The built `watchdog.cjs`. */
  watchdogPath: string;
  /** Of the run whose processes it ends when this program is killed. */
  marker: string;
}

/**
 * Starts a process that ends the run's other processes once this one is killed beyond any handler's reach. Returns
 * what calls it off.
 */
export function startWatchdog({ nodePath, watchdogPath, marker }: WatchdogOptions): () => void {
  const dog = spawn(nodePath, [watchdogPath, marker], {
    detached: true,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it, the next run's sweep remains.
  dog.on('error', () => {});
  dog.stdin.on('error', () => {});
  dog.unref();
  return () => void dog.kill('SIGKILL');
}
