import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mapBounded } from '../host/map-bounded.js';
import { UsageError } from '../model/errors.js';
import { nearest } from '../tasks/nearest.js';
import { readSavedRun, type SavedRun } from './saved-run.js';

const MAKE_ONE = '`codingagentbench check --demo` makes one.';

/** Every run below `runsDir`, the newest first; empty when the directory does not exist. */
export async function listRuns(runsDir: string): Promise<SavedRun[]> {
  const entries = await readdir(runsDir, { withFileTypes: true }).catch(() => []);
  const dirs = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(runsDir, name));
  const runs = (await mapBounded(dirs, readSavedRun)).filter((run) => run !== null);
  return runs.sort((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''));
}

/**
 * Finds a run by `last` (the newest finished run), an id, the path of a run's directory, or the beginning of exactly one
 * id.
 *
 * @throws UsageError `usage.no_runs`; `usage.unknown_run` with similar ids; `usage.ambiguous_run` with the matching ids
 */
export async function findRun(runsDir: string, name: string): Promise<SavedRun> {
  const runs = await listRuns(runsDir);
  if (name === 'last') {
    const newest = runs.find(({ complete }) => complete);
    if (newest) return newest;
    if (runs[0]) throw noneFinished(runs[0], runsDir);
    throw new UsageError(`There is no saved run yet in ${runsDir}.`, {
      code: 'usage.no_runs',
      fix: MAKE_ONE,
    });
  }
  const exact = runs.find(({ id }) => id === name) ?? (await readSavedRun(resolve(name)));
  if (exact) return exact;
  const matching = name === '' ? [] : runs.filter(({ id }) => id.startsWith(name));
  const [only, another] = matching;
  if (only && !another) return only;
  if (only) throw ambiguous(name, matching);
  throw unknown(name, runs, runsDir);
}

function noneFinished(newest: SavedRun, runsDir: string): UsageError {
  return new UsageError(`No run in ${runsDir} has finished: each was interrupted or is still running.`, {
    code: 'usage.no_runs',
    fix: `\`codingagentbench replay ${newest.id}\` shows the newest one.`,
  });
}

function ambiguous(name: string, matching: readonly SavedRun[]): UsageError {
  return new UsageError(`${matching.length} saved runs begin with "${name}".`, {
    code: 'usage.ambiguous_run',
    fix: `Give more of the id: ${matching.slice(0, 5).map(described).join(', ')}${matching.length > 5 ? ', …' : ''}`,
  });
}

function unknown(name: string, runs: readonly SavedRun[], runsDir: string): UsageError {
  const near = nearest(
    name,
    runs.map(({ id }) => id),
  );
  const suggested = near.length > 0 ? runs.filter(({ id }) => near.includes(id)) : runs.slice(0, 3);
  const fix =
    suggested.length === 0
      ? `There is no saved run in ${runsDir} yet: ${MAKE_ONE}`
      : `${near.length > 0 ? 'Did you mean' : 'The newest are'} ${suggested.map(described).join(', ')}${near.length > 0 ? '?' : '.'}`;
  return new UsageError(`There is no saved run "${name}", and no run is saved at that path.`, {
    code: 'usage.unknown_run',
    fix,
  });
}

function described({ id, title }: SavedRun): string {
  return title === null ? id : `${id} (${title.tui} × ${title.model} · ${title.task_id})`;
}
