import { join } from 'node:path';
import { shellWord } from '../host/shell-word.js';
import { ExitCode } from '../model/errors.js';
import type { RunEvent } from '../model/events.js';
import { foldRecord } from '../model/to-record.js';
import { resultCard } from '../reporters/documents/score-card.js';
import type { ResultSink, RunLinks } from '../reporters/reporter.js';
import { findRun } from '../store/find-run.js';
import { type EventSummary, readEvents } from '../store/read-events.js';
import { readPatch, readRecord } from '../store/read-record.js';
import type { SavedRun } from '../store/saved-run.js';
import { type CliIo, say, sayPainted } from './io.js';
import { openHost } from './open-host.js';
import type { ReplayFlags } from './options/saved-runs.js';
import { compareCommand } from './suggested-commands.js';
import { colourOn, settleInkColour, terminalOf, wantsInk } from './terminal.js';

/** The `replay` command: replays a saved run on the live screen; without a terminal, prints its timeline. */
export async function replay(name: string, flags: ReplayFlags, io: CliIo): Promise<ExitCode> {
  const { runsDir } = openHost(io);
  const run = await findRun(runsDir, name);
  const links = run.complete ? await linksOf(run, runsDir) : null;
  const interactive = io.stdin.isTTY && io.stdout.isTTY && wantsInk(io);
  if (!interactive)
    return printTimeline(run, links && { record: await readRecord(run.dir), links }, flags, io);

  const [{ openEventReader }, { indexEvents }] = await Promise.all([
    import('../store/event-reader.js'),
    import('../reporters/live/replay/event-index.js'),
  ]);
  const indexing = indexEvents();
  const cardEvents: RunEvent[] = [];
  const reader = await openEventReader(run.dir, (event) => {
    indexing.add(event);
    if (isForCard(event)) cardEvents.push(event);
  });
  try {
    const stdout = terminalOf(io.stdout, io.env);
    const colour = colourOn(stdout, flags, io.env);
    settleInkColour(io.env, colour);
    const { mountReplay } = await import('../reporters/live/replay/mount-replay.js');
    await mountReplay({
      stdout,
      stdin: io.stdin,
      colour,
      speed: flags.speed,
      eventIndex: indexing.finish(reader),
      result: links && { record: foldRecord(cardEvents), links },
      now: () => performance.now(),
    });
  } finally {
    await reader.close();
  }
  return ExitCode.passed;
}

/** Events that the score card needs. `record.json` also has all steps and calls, which may be many. */
function isForCard(event: EventSummary): event is Exclude<EventSummary, { type: 'step' | 'agent_output' }> {
  return CARD_EVENTS.has(event.type);
}

const CARD_EVENTS = new Set<RunEvent['type']>([
  ...(['run_started', 'agent_started', 'check', 'diff', 'tests', 'scored', 'run_ended'] as const),
]);

type Result = { record: Awaited<ReturnType<typeof readRecord>>; links: RunLinks };

async function printTimeline(
  run: SavedRun,
  result: Result | null,
  flags: ReplayFlags,
  io: CliIo,
): Promise<ExitCode> {
  const stdout = terminalOf(io.stdout, io.env);
  const colour = colourOn(stdout, flags, io.env);
  const width = stdout.columns ?? 100;
  const { timeline } = await import('../reporters/live/replay/timeline.js');
  const linesOf = timeline({ width, colour });
  for await (const event of readEvents(run.dir)) {
    for (const line of linesOf(event)) {
      // The reader of the pipe may be slow, or gone.
      if (!sayPainted(stdout, `${line}\n`, colour)) await drainedOrClosed(stdout);
    }
    if (stdout.destroyed) return ExitCode.passed;
  }
  if (result === null) {
    say(stdout, '\n The run did not finish: it has no score.\n');
    return ExitCode.passed;
  }
  const sink: ResultSink = {
    writeResult: (text) => sayPainted(stdout, text, colour),
    resultWidth: width,
    resultColour: colour,
    explain: flags.explain ?? false,
  };
  sink.writeResult(`${resultCard(result.record, result.links, sink).join('\n')}\n`);
  return ExitCode.passed;
}

function drainedOrClosed(stream: NodeJS.WriteStream): Promise<unknown> {
  return Promise.race(['drain', 'close'].map((name) => new Promise((done) => stream.once(name, done))));
}

async function linksOf({ id, dir, title }: SavedRun, runsDir: string): Promise<RunLinks> {
  const inStore = dir === join(runsDir, id);
  return {
    record: join(dir, 'record.json'),
    patch: (await readPatch(dir)) ? join(dir, 'patch.diff') : null,
    workspace: null,
    ref: inStore ? id : shellWord(dir),
    again: null,
    compare: inStore && title ? await compareCommand({ ...title, run_id: id }, runsDir) : null,
  };
}
