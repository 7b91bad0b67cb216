/** Facts about this machine. Created once, in `src/cli`; no other folder reads `process`. */
export interface Host {
  cliVersion: string;
  os: NodeJS.Platform;
  arch: string;
  /** The Node.js that runs this program. */
  node: { path: string; version: string };
  /** The user's environment (PATH, registry, proxy, certificates) without the variables of this program. */
  env: Readonly<Record<string, string>>;
  home: string;
  tempDir: string;
  /** Directory of installed agents, fetched tasks and build caches. */
  cacheDir: string;
  /** Directory of the last answers to the questions of `check`. */
  configDir: string;
  /** Directory of saved runs. */
  runsDir: string;
  /** Root directory of this package. */
  packageRoot: string;
  /** Directory of the bundled tasks. */
  tasksDir: string;
  /** Directory with the style and script of the HTML pages. */
  pageDir: string;
  /** Path of the sandbox's compiled loopback bridge. */
  bridge: string;
  /** Path of the compiled watchdog, for runs without a PID namespace. */
  watchdog: string;
}
