import { join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { HarnessError } from '../model/errors.js';
import type { LimitHit } from '../model/limits.js';
import { confine } from '../sandbox/confine.js';
import { defaultLimits, type Limits } from '../sandbox/limits/limits.js';
import { superviseLimited } from '../sandbox/limits/supervise-limited.js';
import type { BoundDir, Masked, PlacedDir, Sandbox } from '../sandbox/sandbox.js';
import { copyCaches, type SeededCache } from './seeded-cache.js';

/** How graded code is confined while it runs. */
export interface Confinement {
  sandbox: Sandbox;
  /** Directories of the toolchains and the system, in PATH order. */
  pathDirs: readonly string[];
  /** Paths that stay readable below a mask: the toolchains. */
  readable: readonly string[];
  masked: readonly Masked[];
  /** Build caches of the toolchains; each run gets its own copies. */
  caches: readonly SeededCache[];
  /** Is in the environment of every process, so that stray processes can be found. */
  marker: string;
  /** @default `defaultLimits()` */
  limits?: Limits | undefined;
  /** Aborting it stops all processes and rejects the grading with its reason. */
  signal?: AbortSignal;
}

export interface ConfinedCommand {
  argv: readonly string[];
  /** The graded tree: the working directory, and writable. */
  workspace: string;
  /** A directory for the HOME and TMPDIR of this run. */
  scratch: string;
  /** Files and directories that it may read, beside the tree. */
  inputs: readonly string[];
  /** Path of the workspace inside the sandbox. @default `workspace` */
  at?: string;
  /** Directories that appear at other paths inside the sandbox. */
  placed?: readonly PlacedDir[];
  /** Directories mounted into the tree, read-only. */
  bound?: readonly BoundDir[];
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
}

export interface ConfinedResult {
  /** Null when a signal ended it. */
  exitCode: number | null;
  timedOut: boolean;
  /** The last 4 MiB of each stream. */
  stdout: string;
  stderr: string;
}

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/**
 * Printed before the graded code starts. Without it, the sandbox failed and not the tests; graded code cannot remove
 * it.
 */
const STARTED = 'CAB-STARTED\n';

/**
 * Runs graded code without network, in a clean environment and its own home directory. Returns when all of its processes
 * are dead.
 *
 * @throws HarnessError `harness.tests_not_started`
 * @throws what `supervise` throws, and the reason of the signal
 */
export async function runConfined(
  command: ConfinedCommand,
  confinement: Confinement,
): Promise<ConfinedResult> {
  const { sandbox, pathDirs, readable, masked, caches, marker, signal } = confinement;
  signal?.throwIfAborted();
  const [home, tmp] = [join(command.scratch, 'home'), join(command.scratch, 'tmp')];
  await Promise.all([makeDir(home), makeDir(tmp)]);
  await copyCaches(caches, home);

  const [stdout, stderr] = [new OutputTail(MAX_OUTPUT_BYTES), new OutputTail(MAX_OUTPUT_BYTES)];
  const greeting = expectGreeting();
  let timedOut = false;
  let limitHit: LimitHit | null = null;
  const running = await superviseLimited({
    argv: ['sh', '-c', 'printf "%s" "$0"; exec "$@"', STARTED, ...command.argv],
    limits: confinement.limits ?? defaultLimits(),
    // A run over a limit is treated as a timeout.
    onHit: (hit) => {
      limitHit = hit;
      timedOut = true;
      stop();
    },
    sandbox,
    policy: confine({
      workspace: command.workspace,
      mountedAt: command.at,
      home,
      tmp,
      readable: [...readable, ...command.inputs],
      bound: command.bound,
      placed: command.placed,
      masked,
      meter: null,
      pathDirs,
      env: { ...OFFLINE, ...command.env },
    }),
    marker,
    onStdout: (chunk) => stdout.push(greeting.strip(chunk)),
    onStderr: (chunk) => stderr.push(chunk),
  });

  const stop = () => void running.stop().catch(() => {});
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, command.timeoutMs);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    const { code } = await running.exited;
    signal?.throwIfAborted();
    if (!greeting.received() && !timedOut) throw notStarted(stderr.text());
    if (limitHit !== null) stderr.push(Buffer.from(`\nstopped: ${(limitHit as LimitHit).what}\n`));
    return { exitCode: timedOut ? null : code, timedOut, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Removes the greeting from the start of a stream, which may be cut into chunks anywhere. */
function expectGreeting() {
  let awaited = Buffer.from(STARTED);
  return {
    strip(chunk: Buffer): Buffer {
      const length = Math.min(awaited.length, chunk.length);
      if (!chunk.subarray(0, length).equals(awaited.subarray(0, length))) return chunk;
      awaited = awaited.subarray(length);
      return chunk.subarray(length);
    },
    received: () => awaited.length === 0,
  };
}

function notStarted(stderr: string): HarnessError {
  const lastLine = stderr.trim().split('\n').at(-1);
  return new HarnessError(`The tests could not be started${lastLine ? `: ${lastLine}` : ''}.`, {
    code: 'harness.tests_not_started',
    fix: 'Run doctor, which tests the sandbox. --sandbox off grades without a sandbox.',
  });
}

/** Tools fail at once when they need the network, and Python writes no bytecode that a later run would use. */
const OFFLINE = {
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  CARGO_NET_OFFLINE: 'true',
  GOPROXY: 'off',
  GOTOOLCHAIN: 'local',
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONNOUSERSITE: '1',
};

/** Keeps the end of a stream in bounded memory. */
export class OutputTail {
  private chunks: Buffer[] = [];
  private length = 0;

  constructor(private readonly maxBytes: number) {}

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    // Trimming only at twice the size makes it rare.
    if (this.length > 2 * this.maxBytes) this.chunks = [this.trim()];
  }

  text(): string {
    return this.trim().toString('utf8');
  }

  private trim(): Buffer {
    const tail = Buffer.from(Buffer.concat(this.chunks).subarray(-this.maxBytes));
    this.length = tail.length;
    return tail;
  }
}
