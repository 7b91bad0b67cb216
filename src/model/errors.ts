/** All exit codes of this program. */
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
  /** One sentence: what the user can do. */
  fix: string;
  cause?: unknown;
}

/** An expected error: `message` says what happened and where, `fix` what to do. Caught once, in `src/cli/run.ts`. */
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

/** The user gave a wrong command line, file or environment variable. */
export class UsageError extends CabError {
  readonly exitCode = ExitCode.usage;
}

/** The machine or the endpoint is not ready. Nothing was run. */
export class PreflightError extends CabError {
  readonly exitCode = ExitCode.preflight;
}

/** The user cancelled before anything was run. */
export class CancelledError extends CabError {
  readonly exitCode = ExitCode.interrupted;
}

/** This program or the machine failed during a run. */
export class HarnessError extends CabError {
  readonly exitCode = ExitCode.unscored;
}
