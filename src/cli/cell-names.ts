import { stat } from 'node:fs/promises';
import type { Host } from '../host/host.js';
import { parseGitSource } from '../tasks/git-source.js';
import { isGlob } from '../tasks/globs.js';
import { findTasks } from './open-task.js';
import type { CheckFlags } from './options/check.js';

/** What the cells of a command line differ in. */
export interface CellNames {
  tuis: string[];
  /** Null: the one task of the other flags. */
  tasks: string[] | null;
}

/** The agents and tasks of a command line, when they make more than one cell; null otherwise. Errors: UsageError. */
export async function severalCells(flags: CheckFlags, host: Host): Promise<CellNames | null> {
  const tuis = flags.tui === undefined ? [] : splitList(flags.tui);
  const tasks = flags.task === undefined ? null : await taskNames(flags.task, host);
  return tuis.length > 1 || (tasks?.length ?? 1) > 1 ? { tuis, tasks } : null;
}

async function taskNames(text: string, host: Host): Promise<string[]> {
  // A directory may have a comma in its name.
  const names = (await isThere(text)) ? [text] : splitList(text);
  const [first, ...more] = names;
  const several = first === undefined || more.length > 0 || isGlob(first) || parseGitSource(first) !== null;
  // What one id or one directory lacks is said where it is opened.
  if (!several && !(await isThere(first))) return names;
  return (await findTasks(names, host)).map(({ name }) => name);
}

/** The parts between the commas, of which those within the braces of a glob are none. */
export function splitList(text: string): string[] {
  const parts = text.match(/(?:\{[^}]*\}|[^,])+/g) ?? [text];
  return [...new Set(parts.map((part) => part.trim()).filter(Boolean))];
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
