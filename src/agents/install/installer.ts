import type { Host } from '../../host/host.js';
import type { Pin } from '../pin.js';

/** Whether this machine can install and run a pin. `reason` is a clause such as "needs Node 22.19 or later". */
export type Fit = { ok: true } | { ok: false; reason: string; fix: string };

/** A command that may start the agent, and the file that it needs. */
export interface Candidate {
  command: readonly string[];
  file: string;
}

export interface InstallRun {
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
  timeoutMs: number;
}

/** Installs packages of one registry into a directory. The directory may be renamed afterwards. */
export interface Installer<P extends Pin> {
  /** Name of the registry, such as "the npm registry". */
  registry: string;
  timeoutMs: number;
  fits(pin: P, host: Host): Promise<Fit>;
  /** @throws InstallerError; the reason of the signal */
  install(pin: P, dir: string, host: Host, run: InstallRun): Promise<void>;
  /** Commands to try, in order. */
  candidates(pin: P, dir: string, host: Host): readonly Candidate[];
  /** Paths outside `dir` that the agent needs. */
  readable(pin: P, dir: string): Promise<string[]>;
}

/** The message is the reason that the installer gave, as a clause. */
export class InstallerError extends Error {
  override name = 'InstallerError';
}
