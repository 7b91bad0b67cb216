/** What the process exits with. The one table of exit codes. */
export const ExitCode = {
  passed: 0,
  failed: 1,
  usage: 2,
  preflight: 3,
  unscored: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

interface ErrorDetail {
  /** Stable, machine-readable, dotted: `usage.unknown_task`. */
  code: string;
  /** One sentence: what to do about it. */
  fix: string;
  cause?: unknown;
}

/** A fault with a name: `message` says what happened and where, `fix` how to mend it. Caught once, at the top. */
export abstract class CabError extends Error {
  abstract readonly exitCode: ExitCode;
  readonly code: string;
  readonly fix: string;

  constructor(message: string, detail: ErrorDetail) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.code = detail.code;
    this.fix = detail.fix;
  }
}

/** The command line, a file or an environment variable the user gave is wrong. */
export class UsageError extends CabError {
  readonly exitCode = ExitCode.usage;
}

/** The machine or the endpoint is not ready; nothing was run. */
export class PreflightError extends CabError {
  readonly exitCode = ExitCode.preflight;
}

/** The user left before anything was run. */
export class LeftError extends CabError {
  readonly exitCode = ExitCode.interrupted;
}

/** This program or the machine under it failed in the middle of a run. */
export class HarnessError extends CabError {
  readonly exitCode = ExitCode.unscored;
}
