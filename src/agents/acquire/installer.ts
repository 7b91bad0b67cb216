import type { Pin } from '../pin.js';

/** Where agents are installed and what there is to install and run them with. */
export interface AgentHost {
  cacheDir: string;
  /** The node that runs us. */
  node: { path: string; version: string };
  /** The user's own environment (PATH, registry, proxy, certificates), without our variables. */
  env: Readonly<Record<string, string>>;
}

/** Whether a pin can be installed and run on this machine; `reason` is a clause such as "needs Node 22.19 or later". */
export type Fit = { ok: true } | { ok: false; reason: string; fix: string };

/** A command line that may turn out to start the agent, and the file that must be there for it. */
export interface Candidate {
  command: readonly string[];
  file: string;
}

export interface InstallRun {
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
  timeoutMs: number;
}

/** One kind of registry: how its packages get into a directory and start from there. Directories may be moved. */
export interface Installer<P extends Pin> {
  /** As in "cannot be reached from here". */
  registry: string;
  timeoutMs: number;
  fits(pin: P, host: AgentHost): Promise<Fit>;
  /** Errors: InstallFault. */
  install(pin: P, dir: string, host: AgentHost, run: InstallRun): Promise<void>;
  /** In the order in which to try them. */
  candidates(pin: P, dir: string, host: AgentHost): readonly Candidate[];
  /** What lies outside `dir` and must stay readable. */
  readable(pin: P, dir: string): Promise<string[]>;
}

/** Why an installer did not finish, in its own words. */
export class InstallFault extends Error {
  override name = 'InstallFault';
}
