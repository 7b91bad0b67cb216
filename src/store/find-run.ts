import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mapBounded } from '../host/map-bounded.js';
import { UsageError } from '../model/errors.js';
import { nearest } from '../tasks/nearest.js';
import { readSavedRun, type SavedRun } from './saved-run.js';

const MAKE_ONE = '`codingagentbench check --demo` makes one.';

/** Every run below `runsDir`, the newest first; none when the directory is not there. */
export async function listRuns(runsDir: string): Promise<SavedRun[]> {
  const entries = await readdir(runsDir, { withFileTypes: true }).catch(() => []);
  const dirs = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(runsDir, name));
  const runs = (await mapBounded(dirs, readSavedRun)).filter((run) => run !== null);
  return runs.sort((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''));
}

/**
 * The run that `name` means: `last` (the newest that has ended), an id, the directory of a run anywhere, or the beginning of one id alone. Errors:
 * UsageError `usage.no_runs`, `usage.unknown_run` with the nearest ids, `usage.ambiguous_run` with those that fit.
 */
export async function findRun(runsDir: string, name: string): Promise<SavedRun> {
  const runs = await listRuns(runsDir);
  if (name === 'last') {
    const newest = runs.find(({ complete }) => complete);
    if (newest) return newest;
    if (runs[0]) throw noneEnded(runs[0], runsDir);
    throw new UsageError(`There is no saved run yet in ${runsDir}.`, {
      code: 'usage.no_runs',
      fix: MAKE_ONE,
    });
  }
  const exact = runs.find(({ id }) => id === name) ?? (await readSavedRun(resolve(name)));
  if (exact) return exact;
  const begun = name === '' ? [] : runs.filter(({ id }) => id.startsWith(name));
  const [only, another] = begun;
  if (only && !another) return only;
  if (only) throw ambiguous(name, begun);
  throw unknown(name, runs, runsDir);
}

function noneEnded(newest: SavedRun, runsDir: string): UsageError {
  return new UsageError(`No run in ${runsDir} has ended: each was cut short, or goes on still.`, {
    code: 'usage.no_runs',
    fix: `\`codingagentbench replay ${newest.id}\` shows how far the newest came.`,
  });
}

function ambiguous(name: string, begun: readonly SavedRun[]): UsageError {
  return new UsageError(`${begun.length} saved runs begin with "${name}".`, {
    code: 'usage.ambiguous_run',
    fix: `Which of them? ${begun.slice(0, 5).map(described).join(', ')}${begun.length > 5 ? ', …' : ''}`,
  });
}

function unknown(name: string, runs: readonly SavedRun[], runsDir: string): UsageError {
  const near = nearest(
    name,
    runs.map(({ id }) => id),
  );
  const offered = near.length > 0 ? runs.filter(({ id }) => near.includes(id)) : runs.slice(0, 3);
  const fix =
    offered.length === 0
      ? `None is saved in ${runsDir} yet: ${MAKE_ONE}`
      : `${near.length > 0 ? 'Did you mean' : 'The newest are'} ${offered.map(described).join(', ')}${near.length > 0 ? '?' : '.'}`;
  return new UsageError(`There is no saved run "${name}", and no run in a directory of that name.`, {
    code: 'usage.unknown_run',
    fix,
  });
}

function described({ id, title }: SavedRun): string {
  return title === null ? id : `${id} (${title.tui} × ${title.model} · ${title.task_id})`;
}
