import type { Host } from '../../host/host.js';
import type { Pin } from '../pin.js';

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
  fits(pin: P, host: Host): Promise<Fit>;
  /** Errors: InstallerError. */
  install(pin: P, dir: string, host: Host, run: InstallRun): Promise<void>;
  /** In the order in which to try them. */
  candidates(pin: P, dir: string, host: Host): readonly Candidate[];
  /** What lies outside `dir` and must stay readable. */
  readable(pin: P, dir: string): Promise<string[]>;
}

/** Why an installer did not finish, in its own words. */
export class InstallerError extends Error {
  override name = 'InstallerError';
}
