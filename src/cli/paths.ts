import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** Where things are on this machine. */
export interface Paths {
  /** Installed agents. */
  cacheDir: string;
  /** The last answers to the questions of `check`. */
  configDir: string;
  /** Saved runs. */
  runsDir: string;
  /** This package. */
  packageRoot: string;
  tasksDir: string;
  bridge: string;
  watchdog: string;
  /** Style and script of the HTML pages. */
  pageDir: string;
  home: string;
  tempDir: string;
}

/** XDG directories on Linux, the platform's own elsewhere. */
export function findPaths(): Paths {
  const { cache, config, data } = envPaths('codingagentbench', { suffix: '' });
  // The bundle is dist/*.js.
  const dist = dirname(fileURLToPath(import.meta.url));
  return {
    cacheDir: cache,
    configDir: config,
    runsDir: join(data, 'runs'),
    packageRoot: resolve(dist, '..'),
    tasksDir: join(dist, 'tasks'),
    bridge: join(dist, 'bridge.cjs'),
    watchdog: join(dist, 'watchdog.cjs'),
    pageDir: join(dist, 'page'),
    home: homedir(),
    tempDir: tmpdir(),
  };
}
