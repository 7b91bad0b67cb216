import { availableParallelism } from 'node:os';
import { findGit } from '../cell/machine-checks.js';
import { ExitCode } from '../errors.js';
import { toJson } from '../faces/json.js';
import { ladderJunit } from '../faces/ladder-junit.js';
import { ladderLines, ladderSummary } from '../faces/ladder-report.js';
import { palette } from '../faces/palette.js';
import type { Climb } from '../ladder/climb.js';
import type { LadderPlace } from '../ladder/place.js';
import { tryClimb } from '../ladder/try-climb.js';
import { chooseSandbox } from '../sandbox/choose-sandbox.js';
import type { SandboxMode } from '../sandbox/sandbox.js';
import { cellPlace } from './cell-place.js';
import { listenForInterrupt } from './interrupt.js';
import type { CliIo } from './io.js';
import { type FoundTask, findTasks, type OpenTask } from './open-task.js';
import { findPaths } from './paths.js';
import { putDocument, say, sayOver, sayPainted } from './say.js';
import { openScratch } from './scratch.js';
import { hiddenOf, secrets } from './secrets.js';
import type { TasksFlags } from './tasks-list.js';
import { colourOn, terminalOf } from './terminal.js';
import { tryOut, writeOut } from './write-result.js';

export interface ValidateFlags extends TasksFlags {
  junit?: string;
  jobs?: number;
  sandbox: SandboxMode;
}

/**
 * `tasks validate`: climbs the ladder for every named task; 1 when a rung of any fails, 2 when a reference solution does, 4
 * when this machine does. Ctrl-C ends it with 130.
 */
export async function tasksValidate(
  names: readonly string[],
  flags: ValidateFlags,
  io: CliIo,
): Promise<ExitCode> {
  if (flags.junit !== undefined) await tryOut(flags.junit);
  const paths = findPaths();
  const place = cellPlace(paths, hiddenOf(paths, io), io);
  const opened = await openAll(await findTasks(names, paths, place.env));
  const scratch = await openScratch(paths.tempDir, 'validate');
  const interrupt = listenForInterrupt(() => {});
  try {
    const chosen = await chooseSandbox({
      mode: flags.sandbox,
      path: place.env.PATH ?? '',
      nodePath: place.node,
      bridgePath: place.bridge,
      home: place.home,
      tempDir: place.tempDir,
    });
    if (chosen.warning !== null) say(io.stderr, `${chosen.warning}\n`);
    const ladder: LadderPlace = {
      sandbox: chosen.sandbox,
      git: (await findGit(place.env)).git,
      tempDir: scratch.dir,
      host: { env: place.env, node: place.node },
      cacheDir: place.cacheDir,
      masked: [place.home, ...place.masked, ...secrets(opened.flatMap(({ secretDirs }) => secretDirs))],
      signal: interrupt.stop,
    };
    const climbs = await climbAll(opened, flags, ladder, io);
    if (flags.junit !== undefined) await writeOut(ladderJunit(climbs), flags.junit);
    if (flags.json) putDocument(io.stdout, toJson({ tasks: climbs }));
    return exitCodeOf(climbs);
  } catch (error) {
    if (interrupt.stop.aborted) return ExitCode.interrupted;
    throw error;
  } finally {
    interrupt.dispose();
    await scratch.close();
    for (const { close } of opened) await close();
  }
}

/** A task whose own solution does not solve it is broken, like one that cannot be read. */
function exitCodeOf(climbs: readonly Climb[]): ExitCode {
  const broken = climbs.some(({ rungs }) =>
    rungs.some(({ id, status }) => id === 'oracle' && status === 'failed'),
  );
  if (broken) return ExitCode.usage;
  const any = (verdict: Climb['verdict']) => climbs.some((climb) => climb.verdict === verdict);
  return any('invalid') ? ExitCode.failed : any('unfinished') ? ExitCode.unscored : ExitCode.passed;
}

/** Opens all before the first is tried: a directory that is no task is known at once. */
async function openAll(found: readonly FoundTask[]): Promise<OpenTask[]> {
  const opened: OpenTask[] = [];
  try {
    for (const task of found) opened.push(await task.open());
    return opened;
  } catch (error) {
    for (const { close } of opened) await close();
    throw error;
  }
}

/** Some at a time; shows each when it is done, and returns them in the order given. */
async function climbAll(
  opened: readonly OpenTask[],
  flags: ValidateFlags,
  place: LadderPlace,
  io: CliIo,
): Promise<Climb[]> {
  const { env } = io;
  const [stdout, stderr] = [terminalOf(io.stdout, env), terminalOf(io.stderr, env)];
  const result = flags.json ? stderr : stdout;
  const colour = colourOn(result, flags, env);
  const style = { paint: palette(colour), width: Math.min(result.columns ?? 100, 120) };
  const climbs: Climb[] = [];
  const running = new Set<string>();
  let next = 0;
  let done = 0;
  const strip = (text: string) => {
    if (stderr.isTTY && env.TERM !== 'dumb' && !env.CI) sayOver(stderr, text);
  };
  const show = () => {
    const names = [...running].join(', ');
    strip(` ${done} of ${opened.length}   ${names}`.slice(0, (stderr.columns ?? 80) - 1));
  };
  const worker = async () => {
    for (let index = next++; index < opened.length; index = next++) {
      const { task } = opened[index] as OpenTask;
      running.add(task.id);
      show();
      const climb = await tryClimb(task, place);
      climbs[index] = climb;
      running.delete(task.id);
      done++;
      strip('');
      sayPainted(result, `${ladderLines(climb, style).join('\n')}\n`, colour);
      show();
    }
  };
  try {
    await Promise.all(Array.from({ length: flags.jobs ?? availableParallelism() }, worker));
  } finally {
    strip('');
  }
  sayPainted(result, `\n${ladderSummary(climbs, style)}\n`, colour);
  return climbs;
}
