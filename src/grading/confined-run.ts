import { join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { HarnessError } from '../model/errors.js';
import type { LimitHit } from '../model/limits.js';
import { confine } from '../sandbox/confine.js';
import { defaultLimits, type Limits } from '../sandbox/limits/limits.js';
import { superviseLimited } from '../sandbox/limits/supervise-limited.js';
import type { BoundDir, Masked, PlacedDir, Sandbox } from '../sandbox/sandbox.js';
import { OutputTail } from './output-tail.js';
import { copyCaches, type SeededCache } from './seeded-cache.js';

/** How graded code may run: what it is given, and by whom it is watched. */
export interface Confinement {
  sandbox: Sandbox;
  /** Directories of the toolchains and of the system, in PATH order. */
  pathDirs: readonly string[];
  /** What must stay readable below a mask: the toolchains. */
  readable: readonly string[];
  masked: readonly Masked[];
  /** Build caches of the toolchains; each run has copies of its own. */
  caches: readonly SeededCache[];
  /** Stands in the environment of every process, so that strays are found. */
  marker: string;
  /** @default `defaultLimits()` */
  limits?: Limits | undefined;
  /** Aborted: everything is stopped and the grading rejects with its reason. */
  signal?: AbortSignal;
}

export interface ConfinedCommand {
  argv: readonly string[];
  /** The graded tree: the working directory, and writable. */
  app: string;
  /** An empty directory of the run's own, for its HOME and TMPDIR. */
  scratch: string;
  /** Files given to it beside the tree. */
  given: readonly string[];
  /** Where the tree stands inside, when not where it is. */
  at?: string;
  /** What else stands inside at paths of the task's own. */
  placed?: readonly PlacedDir[];
  /** Mounted in the tree, read-only. */
  bound?: readonly BoundDir[];
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
}

export interface ConfinedResult {
  /** Null when a signal ended it. */
  exitCode: number | null;
  timedOut: boolean;
  /** Their ends, as far as memory is spent on them. */
  stdout: string;
  stderr: string;
}

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** Printed before anything else: tells a test that failed from a sandbox that did, and nothing graded can unsay it. */
const STARTED = 'CAB-STARTED\n';

/**
 * Runs graded code without network, in a clean environment and a home of its own; returns when all of it is dead.
 *
 * @throws HarnessError `harness.tests_not_started`, and what `supervise` throws; the signal's reason
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
  let over: LimitHit | null = null;
  const running = await superviseLimited({
    argv: ['sh', '-c', 'printf "%s" "$0"; exec "$@"', STARTED, ...command.argv],
    limits: confinement.limits ?? defaultLimits(),
    // What goes over a limit is stopped like what takes too long.
    onHit: (hit) => {
      over = hit;
      timedOut = true;
      stop();
    },
    sandbox,
    policy: confine({
      tree: command.app,
      at: command.at,
      home,
      tmp,
      readable: [...readable, ...command.given],
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
    if (!greeting.came() && !timedOut) throw notStarted(stderr.text());
    if (over !== null) stderr.push(Buffer.from(`\nstopped: ${(over as LimitHit).what}\n`));
    return { exitCode: timedOut ? null : code, timedOut, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Takes the greeting off the start of a stream, however it is cut into chunks. */
function expectGreeting() {
  let awaited = Buffer.from(STARTED);
  return {
    strip(chunk: Buffer): Buffer {
      const length = Math.min(awaited.length, chunk.length);
      if (!chunk.subarray(0, length).equals(awaited.subarray(0, length))) return chunk;
      awaited = awaited.subarray(length);
      return chunk.subarray(length);
    },
    came: () => awaited.length === 0,
  };
}

function notStarted(stderr: string): HarnessError {
  const said = stderr.trim().split('\n').at(-1);
  return new HarnessError(`The tests could not be started${said ? `: ${said}` : ''}.`, {
    code: 'harness.tests_not_started',
    fix: 'Run doctor, which tries the sandbox; --sandbox off grades without one.',
  });
}

/** Tools say at once that there is no network, and leave no bytecode that a later run would trust. */
const OFFLINE = {
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  CARGO_NET_OFFLINE: 'true',
  GOPROXY: 'off',
  GOTOOLCHAIN: 'local',
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONNOUSERSITE: '1',
};
