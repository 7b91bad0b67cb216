import { shellWord } from '../host/shell-word.js';
import type { RunRecord } from '../model/record.js';
import type { CellPlan } from '../run/plan.js';
import { listRuns } from '../store/find-run.js';
import type { KeySource } from './choose-endpoint.js';
import { type CheckFlags, checkOptions } from './options/check.js';
import { GROUPS } from './options/option.js';
import { optionWords } from './options/words.js';

type Cell = Pick<CellPlan, 'endpoint' | 'model' | 'adapter'> & { task: { id: string } };

/** What the run found out about its endpoint. */
export interface UsedEndpoint {
  /** The base URL that answered; null when the given one is to be used. */
  baseUrl: string | null;
  key: KeySource;
}

/** The command that runs the same cell again. It never contains the key, but shows where the key came from. */
export function againCommand(cell: Cell, flags: CheckFlags, used: UsedEndpoint): string {
  const words = optionWords(checkOptions, { ...flags, ...resolvedFlags(cell, flags, used) }, ({ group }) =>
    GROUPS[group].ofCell ? 'shared' : null,
  );
  return `${keyWord(used.key)}${commandLine(['check', ...words])}`;
}

/** The command that runs the same cell with the task's benign twin; null when there is none. */
export function twinCommand(plan: CellPlan, flags: CheckFlags, used: UsedEndpoint): string | null {
  const { benign_twin: id } = plan.task.manifest;
  return id === undefined ? null : againCommand({ ...plan, task: { id } }, { ...flags, task: id }, used);
}

/** Flags for values that did not come from flags: defaults, environment, the server's model list, the probe. */
function resolvedFlags(
  { adapter, endpoint, model, task }: Cell,
  flags: CheckFlags,
  { baseUrl }: UsedEndpoint,
) {
  return {
    tui: flags.tui ?? adapter.id,
    ...(endpoint.kind === 'demo'
      ? { demo: endpoint.script }
      : { endpoint: baseUrl ?? endpoint.baseUrl, model }),
    // A generated task has no id that could be run again: --repo or --task with --seed makes it again.
    ...(flags.repo === undefined && { task: flags.task ?? task.id }),
  };
}

function keyWord(key: KeySource): string {
  const { env } = checkOptions.key;
  if (key === 'environment') return `${env}="$${env}" `;
  return key === 'typed' ? `${env}="$YOUR_KEY" ` : '';
}

/** A `codingagentbench` command line for a shell, with words quoted if necessary. */
export function commandLine(words: readonly string[]): string {
  return `codingagentbench ${words.map(shellWord).join(' ')}`;
}

/** The `check` command with these flags. It never contains a key: `$YOUR_KEY` takes its place. */
export function equivalentCommand(flags: CheckFlags, hasKey: boolean): string {
  const command = commandLine(['check', ...optionWords(checkOptions, flags)]);
  return hasKey && flags.keyFile === undefined && flags.demo === undefined
    ? `${checkOptions.key.env}="$YOUR_KEY" ${command}`
    : command;
}

type SavedCell = Pick<RunRecord, 'run_id' | 'demo' | 'tui' | 'model' | 'task_id'>;

/** The command that compares a saved run with others of its task, or else of its agent and model; null without others. */
export async function compareCommand(cell: SavedCell, runsDir: string): Promise<string | null> {
  const others = (await listRuns(runsDir)).flatMap(({ id, complete, title }) =>
    complete && id !== cell.run_id && title?.demo === cell.demo ? [title] : [],
  );
  const demo = cell.demo ? ['--demo'] : [];
  if (others.some(({ task_id }) => task_id === cell.task_id))
    return commandLine(['compare', '--task', cell.task_id, ...demo]);
  if (others.some(({ tui, model }) => tui === cell.tui && model === cell.model))
    return commandLine(['compare', '--tui', cell.tui, '--model', cell.model, ...demo]);
  return null;
}
