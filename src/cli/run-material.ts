import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../host/host.js';
import { mapBounded } from '../host/map-bounded.js';
import type { RunRecord } from '../model/record.js';
import { type CellResult, resultOf } from '../reporters/documents/compare/cell-result.js';
import { publishedCells } from '../reporters/documents/compare/published-cells.js';
import type { RunMaterial } from '../reporters/documents/formats.js';
import type { PageAssets } from '../reporters/documents/html/document.js';
import { listRuns } from '../store/find-run.js';
import { readEvents } from '../store/read-events.js';
import { readPatch, readRecord } from '../store/read-record.js';

/**
 * Material of the run saved in `dir`, with other saved runs to compare with.
 *
 * @throws UsageError, from `page` and `events`, when the run cannot be read
 */
export function runMaterial(dir: string, host: Host): RunMaterial {
  return {
    async page() {
      const record = await readRecord(dir);
      return { record, patch: await readPatch(dir), others: await relatedResults(record, host.runsDir) };
    },
    events: () => readEvents(dir),
    assets: () => pageAssets(host.pageDir),
  };
}

/** A run that has just ended. */
export interface FreshRun {
  record: RunRecord;
  /** The agent's changes as a unified diff; null when they were not compared. */
  patch: string | null;
  /** Where it is saved. */
  dir: string;
}

/** Material of a run that has just ended. Only its events are read from disk: there may be many. */
export function freshMaterial({ record, patch, dir }: FreshRun, host: Host): RunMaterial {
  return {
    page: async () => ({ record, patch, others: await relatedResults(record, host.runsDir) }),
    events: () => readEvents(dir),
    assets: () => pageAssets(host.pageDir),
  };
}

/** Style and script of the HTML pages, from the build. */
export async function pageAssets(pageDir: string): Promise<PageAssets> {
  const read = (file: string) => readFile(join(pageDir, file), 'utf8');
  return { css: await read('page.css'), script: await read('page.js') };
}

/** Saved runs with the same task, or the same agent and model, newest first; then published cells. Unreadable runs are skipped. */
async function relatedResults(record: RunRecord, runsDir: string): Promise<CellResult[]> {
  const runs = (await listRuns(runsDir)).filter(
    ({ id, complete, title }) =>
      complete &&
      id !== record.run_id &&
      title?.demo === record.demo &&
      (title.task_id === record.task_id || (title.tui === record.tui && title.model === record.model)),
  );
  return [...(await savedResults(runs.map(({ dir }) => dir))), ...publishedCells];
}

/** Results of the saved runs, in the given order. Unreadable runs are skipped. */
export async function savedResults(dirs: readonly string[]): Promise<CellResult[]> {
  const records = await mapBounded(dirs, (dir) => readRecord(dir).catch(() => null));
  return records.filter((record) => record !== null).map(resultOf);
}
