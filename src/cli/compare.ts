import { shellWord } from '../host/shell-word.js';
import { ExitCode, UsageError } from '../model/errors.js';
import type { CellResult } from '../reporters/documents/compare/cell-result.js';
import { type Comparison, compareResults } from '../reporters/documents/compare/comparison.js';
import { publishedCells } from '../reporters/documents/compare/published-cells.js';
import { findRun, listRuns } from '../store/find-run.js';
import { readRecord } from '../store/read-record.js';
import type { SavedRun } from '../store/saved-run.js';
import { matchGlobs } from '../tasks/globs.js';
import { type CliIo, say, sayPainted } from './io.js';
import { openHost } from './open-host.js';
import type { CompareFlags } from './options/saved-runs.js';
import { pageAssets, savedResults } from './run-material.js';
import { colourOn, terminalOf } from './terminal.js';
import { refuseFlood, writeResult } from './write-result.js';

/** The `compare` command: compares saved runs. */
export async function compare(names: string[], flags: CompareFlags, io: CliIo): Promise<ExitCode> {
  const host = openHost(io);
  const { format, out } = flags;
  if (format !== undefined) {
    refuseFlood(
      { command: ['compare', ...names.map(shellWord)].join(' '), format, name: `compare.${format}` },
      out,
      io,
    );
  }
  const chosen =
    names.length > 0 ? await readNamed(names, host.runsDir) : await readAll(host.runsDir, flags, io);
  const results = chosen.filter(matches(flags));
  if (results.length === 0) {
    throw new UsageError('No saved run matches.', {
      code: 'usage.nothing_to_compare',
      fix: 'Leave out a filter, or make runs with `codingagentbench check`.',
    });
  }
  const tasks = new Set(results.map(({ taskId }) => taskId));
  const published = results[0]?.demo
    ? []
    : publishedCells.filter(({ taskId }) => tasks.has(taskId)).filter(matches(flags));
  const comparison = compareResults([...results, ...published]);
  const text = await render(comparison, flags, host.pageDir, io);
  if (flags.format === undefined && flags.out === undefined)
    sayPainted(io.stdout, text, colourOn(io.stdout, flags, io.env));
  else await writeResult(text, flags.out, io);
  return ExitCode.passed;
}

/** @throws UsageError when only some of the named runs are demos, or one cannot be read */
async function readNamed(names: readonly string[], runsDir: string): Promise<CellResult[]> {
  const runs = await Promise.all(names.map((name) => findRun(runsDir, name)));
  // Throws for a run that cannot be read: `savedResults` would skip it.
  await Promise.all(runs.map(({ dir }) => readRecord(dir)));
  const results = await savedResults([...new Set(runs.map(({ dir }) => dir))]);
  const demos = results.filter(({ demo }) => demo).length;
  if (demos > 0 && demos < results.length) {
    throw new UsageError(
      'Demo runs, which a scripted model played, cannot be compared with runs of a model.',
      {
        code: 'usage.demo_compared',
        fix: 'Name only demo runs, or none.',
      },
    );
  }
  return results;
}

/** All saved runs of one kind: runs of models; demos with --demo, or when there are no others. */
async function readAll(runsDir: string, flags: CompareFlags, io: CliIo): Promise<CellResult[]> {
  const complete = (await listRuns(runsDir)).filter((run) => run.complete);
  const isDemo = ({ title }: SavedRun) => title?.demo === true;
  const demos = complete.filter(isDemo);
  const models = complete.filter((run) => !isDemo(run));
  const kind = flags.demo || models.length === 0 ? demos : models;
  const leftOut = complete.length - kind.length;
  if (leftOut > 0 && kind === models)
    say(io.stderr, `${leftOut} demo runs are left out; --demo shows only them.\n`);
  return savedResults(kind.map(({ dir }) => dir));
}

function matches({ tui, model, task }: CompareFlags): (result: CellResult) => boolean {
  const any = (globs: string[] | undefined) => (globs === undefined ? () => true : matchGlobs(globs));
  const [tuiMatches, modelMatches, taskMatches] = [any(tui), any(model), any(task)];
  return (result) => tuiMatches(result.tui) && modelMatches(result.model) && taskMatches(result.taskId);
}

async function render(
  comparison: Comparison,
  flags: CompareFlags,
  pageDir: string,
  io: CliIo,
): Promise<string> {
  switch (flags.format) {
    case 'json': {
      const { toJson } = await import('../reporters/documents/json.js');
      return toJson({ provisional: true, ...comparison });
    }
    case 'csv': {
      const { compareCsv } = await import('../reporters/documents/compare/compare-formats.js');
      return compareCsv(comparison);
    }
    case 'html': {
      const { compareHtml } = await import('../reporters/documents/html/compare-html.js');
      return compareHtml(comparison, await pageAssets(pageDir));
    }
    case 'markdown': {
      const { compareMarkdown } = await import('../reporters/documents/compare/compare-formats.js');
      return compareMarkdown(comparison);
    }
    default: {
      const { compareText } = await import('../reporters/documents/compare/compare-formats.js');
      const stdout = terminalOf(io.stdout, io.env);
      const colour = flags.out === undefined && colourOn(stdout, flags, io.env);
      return compareText(comparison, { width: stdout.columns ?? 120, colour });
    }
  }
}
