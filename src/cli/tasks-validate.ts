import { availableParallelism } from 'node:os';
import pMap from 'p-map';
import type { Workbench } from '../grading/workbench.js';
import { ExitCode } from '../model/errors.js';
import { toJson } from '../reporters/documents/json.js';
import { taskChecksJunit } from '../reporters/documents/task-checks-junit.js';
import {
  type TaskChecksResult,
  taskChecksLines,
  taskChecksSummary,
} from '../reporters/documents/task-checks-report.js';
import { palette } from '../reporters/text/palette.js';
import { secrets } from '../sandbox/masked-paths.js';
import { tryTaskChecks } from '../task-checks/run-task-checks.js';
import { listenForInterrupt } from './interrupt.js';
import { type CliIo, putDocument, sayOver, sayPainted } from './io.js';
import { type OpenedTasks, openEach } from './open-each.js';
import { openHost } from './open-host.js';
import { findTasks, type OpenTask } from './open-task.js';
import { openWorkbench } from './open-workbench.js';
import type { ValidateFlags } from './options/tasks.js';
import { colourOn, terminalOf } from './terminal.js';
import { tryOut, writeOut } from './write-result.js';

/**
 * `tasks validate`: runs the task checks of every named task. Exit codes: 1 a check failed, 2 a reference solution failed or
 * one of several tasks cannot be opened, 4 this machine cannot run a check, 130 interrupted.
 */
export async function tasksValidate(
  names: readonly string[],
  flags: ValidateFlags,
  io: CliIo,
): Promise<ExitCode> {
  if (flags.junit !== undefined) await tryOut(flags.junit);
  const host = openHost(io);
  const { opened, refused, close } = await openEach(await findTasks(names, host));
  const interrupt = listenForInterrupt(() => {});
  const closers = [close];
  try {
    const masked = secrets(opened.flatMap(({ secretDirs }) => secretDirs));
    const workbench = await openWorkbench(
      host,
      { name: 'validate', mode: flags.sandbox, masked, signal: interrupt.stop },
      io,
    );
    closers.push(workbench.close);
    const results = await checkAll({ opened, refused }, flags, workbench, io);
    if (flags.junit !== undefined) await writeOut(taskChecksJunit(results), flags.junit);
    if (flags.json) putDocument(io.stdout, toJson({ tasks: results }));
    return exitCodeOf(results);
  } catch (error) {
    if (interrupt.stop.aborted) return ExitCode.interrupted;
    throw error;
  } finally {
    interrupt.dispose();
    for (const close of closers.reverse()) await close();
  }
}

/** A task whose solution fails is broken, like a task that cannot be read: both are usage errors. */
function exitCodeOf(results: readonly TaskChecksResult[]): ExitCode {
  const any = (verdict: TaskChecksResult['verdict']) => results.some((result) => result.verdict === verdict);
  const broken = results.some(({ checks }) =>
    checks.some(({ id, status }) => id === 'oracle' && status === 'failed'),
  );
  if (broken || any('refused')) return ExitCode.usage;
  return any('invalid') ? ExitCode.failed : any('unfinished') ? ExitCode.unscored : ExitCode.passed;
}

/** Checks several tasks at once. Shows each result as it is ready; returns them in the given order, refused tasks last. */
async function checkAll(
  { opened, refused }: Pick<OpenedTasks, 'opened' | 'refused'>,
  flags: ValidateFlags,
  workbench: Workbench,
  io: CliIo,
): Promise<TaskChecksResult[]> {
  const { env } = io;
  const [stdout, stderr] = [terminalOf(io.stdout, env), terminalOf(io.stderr, env)];
  const output = flags.json ? stderr : stdout;
  const colour = colourOn(output, flags, env);
  const style = { paint: palette(colour), width: Math.min(output.columns ?? 100, 120) };
  const running = new Set<string>();
  let done = 0;
  const setStatus = (text: string) => {
    if (stderr.isTTY && env.TERM !== 'dumb' && !env.CI) sayOver(stderr, text);
  };
  const showRunning = () => {
    const names = [...running].join(', ');
    setStatus(` ${done} of ${opened.length}   ${names}`.slice(0, (stderr.columns ?? 80) - 1));
  };
  const print = (result: TaskChecksResult) =>
    sayPainted(output, `${taskChecksLines(result, style).join('\n')}\n`, colour);
  const refusals = refused.map(
    ({ name, why }): TaskChecksResult => ({ task_id: name, verdict: 'refused', missing: why, checks: [] }),
  );
  for (const each of refusals) print(each);
  const checkOne = async ({ task }: OpenTask) => {
    running.add(task.id);
    showRunning();
    const result = await tryTaskChecks(task, workbench);
    running.delete(task.id);
    done++;
    setStatus('');
    print(result);
    showRunning();
    return result;
  };
  const concurrency = flags.jobs ?? availableParallelism();
  const checked = await pMap(opened, checkOne, { concurrency }).finally(() => setStatus(''));
  const results = [...checked, ...refusals];
  sayPainted(output, `\n${taskChecksSummary(results, style)}\n`, colour);
  return results;
}
