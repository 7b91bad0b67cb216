/** This machine, as one command line finds it. Made once, in `src/cli`; nothing below reads `process`. */
export interface Host {
  cliVersion: string;
  os: NodeJS.Platform;
  arch: string;
  /** The Node.js that runs this program. */
  node: { path: string; version: string };
  /** The user's environment (PATH, registry, proxy, certificates) without this program's own variables. */
  env: Readonly<Record<string, string>>;
  home: string;
  tempDir: string;
  /** Installed agents, fetched tasks, build caches. */
  cacheDir: string;
  /** The last answers to the questions of `check`. */
  configDir: string;
  /** Saved runs. */
  runsDir: string;
  /** This package. */
  packageRoot: string;
  /** Bundled tasks. */
  tasksDir: string;
  /** Style and script of the HTML pages. */
  pageDir: string;
  /** The compiled loopback bridge of the sandbox. */
  bridge: string;
  /** The compiled watchdog of runs that no PID namespace ends. */
  watchdog: string;
}
