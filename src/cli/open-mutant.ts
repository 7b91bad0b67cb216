import { join } from 'node:path';
import type { Workbench } from '../grading/workbench.js';
import type { Host } from '../host/host.js';
import { CancelledError, UsageError } from '../model/errors.js';
import type { MutateEvent } from '../mutation/mutate-repo.js';
import { safeLine } from '../reporters/text/sanitize.js';
import type { SandboxMode } from '../sandbox/sandbox.js';
import { loadTaskDirectory } from '../tasks/pack.js';
import { relatedGitDirs } from '../tasks/related-git-dirs.js';
import type { Dependency } from '../tasks/task.js';
import { listenForInterrupt } from './interrupt.js';
import { type CliIo, say } from './io.js';
import { mutationProgress } from './mutation-progress.js';
import type { OpenTask } from './open-task.js';
import { openWorkbench } from './open-workbench.js';
import type { CheckFlags } from './options/check.js';

/** Maximum time of one run of a repository's tests. */
const TEST_TIMEOUT_S = 300;

/**
 * Makes the task of `--repo`: a bug in the user's own code. The repository is hidden from the agent.
 *
 * @throws UsageError when no mutation makes a valid task
 * @throws CancelledError when the user interrupts
 */
export async function openRepoTask(
  flags: Pick<CheckFlags, 'language' | 'sandbox'> & { repo: string; test: string; seed: number },
  host: Host,
  io: CliIo,
): Promise<OpenTask> {
  return openGenerated(host, flags.sandbox, io, async (workbench, on) => {
    say(io.stderr, `Seed ${flags.seed}.\n`);
    const { mutateRepo } = await import('../mutation/mutate-repo.js');
    const { written, repo, dropped } = await mutateRepo({
      ...{ repo: flags.repo, command: flags.test, seed: flags.seed, language: flags.language ?? null },
      ...{ count: 1, outDir: join(workbench.tempDir, 'tasks'), workbench, on },
      testTimeoutS: TEST_TIMEOUT_S,
      inPlace: true,
    });
    const [first] = written;
    if (first)
      return {
        dir: first.dir,
        externalDependencies: repo.dependencies,
        secretDirs: repo.origin === null ? [] : [repo.origin, ...relatedGitDirs(repo.origin)],
      };
    throw new UsageError(
      `No mutation of ${repo.name} makes a valid task (${dropped.length} tried: ${tally(dropped)}).`,
      {
        code: 'usage.no_mutant',
        fix: 'Give another --seed, or a --test command that covers more of the code.',
      },
    );
  });
}

/**
 * Makes a variant of a task: `--task` with `--seed`.
 *
 * @throws CancelledError when the user interrupts
 */
export async function openVariant(
  { base, seed, sandbox }: { base: OpenTask; seed: number; sandbox: SandboxMode },
  host: Host,
  io: CliIo,
): Promise<OpenTask> {
  return openGenerated(host, sandbox, io, async (workbench, on) => {
    const { mutateTask } = await import('../mutation/mutate-task.js');
    const outDir = join(workbench.tempDir, 'tasks');
    const dir = await mutateTask({ task: base.task, seed, outDir, workbench, on });
    return { dir, externalDependencies: base.task.dependencies, secretDirs: base.secretDirs };
  });
}

interface GeneratedTask {
  dir: string;
  /** Dependencies that are mounted instead of copied. */
  externalDependencies: readonly Dependency[];
  secretDirs: string[];
}

/** Makes a task in a new temp directory, which `close` removes. */
async function openGenerated(
  host: Host,
  sandbox: SandboxMode,
  io: CliIo,
  make: (workbench: Workbench, on: (event: MutateEvent) => void) => Promise<GeneratedTask>,
): Promise<OpenTask> {
  const interrupt = listenForInterrupt(() => {});
  const workbench = await openWorkbench(
    host,
    { name: 'mutation', mode: sandbox, signal: interrupt.stop },
    io,
  );
  try {
    const progress = mutationProgress((line) => say(io.stderr, `${safeLine(line)}\n`));
    const { dir, externalDependencies, secretDirs } = await make(workbench, progress);
    const task = await loadTaskDirectory(dir, join(workbench.tempDir, 'packed-task'), {
      git: workbench.git,
      externalDependencies,
    });
    return { task, secretDirs: [...secretDirs, workbench.tempDir], close: workbench.close };
  } catch (error) {
    await workbench.close();
    if (!interrupt.stop.aborted) throw error;
    throw new CancelledError('Interrupted before the task was made.', {
      code: 'interrupted',
      fix: 'Nothing was run.',
      cause: error,
    });
  } finally {
    interrupt.dispose();
  }
}

/** Counts the dropped mutations by reason. */
function tally(dropped: ReadonlyArray<{ why: string }>): string {
  const counts = new Map<string, number>();
  for (const { why } of dropped) {
    const kind = why.startsWith('invalid: ') ? 'without a valid task' : why;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'no line can be mutated';
}
