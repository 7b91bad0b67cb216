import { shellWord } from '../host/shell-word.js';
import type { RunRecord } from '../model/record.js';
import type { CellPlan } from '../run/plan.js';
import { listRuns } from '../store/find-run.js';
import type { KeySource } from './choose-endpoint.js';
import { type CheckFlags, checkOptions } from './options/check.js';
import { GROUPS } from './options/option.js';
import { optionWords } from './options/words.js';

type Cell = Pick<CellPlan, 'endpoint' | 'model' | 'adapter'> & { task: { id: string } };

/** What only the run knows of its endpoint. */
export interface UsedEndpoint {
  /** The base URL that answered, where the probe found it to be another than the given one. */
  baseUrl: string | null;
  key: KeySource;
}

/** The command line that runs the same cell again. The key stays out of it, and where it came from is said. */
export function againCommand(cell: Cell, flags: CheckFlags, used: UsedEndpoint): string {
  const words = optionWords(checkOptions, { ...flags, ...whatRan(cell, flags, used) }, ({ group }) =>
    GROUPS[group].ofCell ? 'shared' : null,
  );
  return `${keyWord(used.key)}${commandLine(['check', ...words])}`;
}

/** The command line that runs the task's benign twin as the same cell; null when it has none. */
export function twinCommand(plan: CellPlan, flags: CheckFlags, used: UsedEndpoint): string | null {
  const { benign_twin: id } = plan.task.manifest;
  return id === undefined ? null : againCommand({ ...plan, task: { id } }, { ...flags, task: id }, used);
}

/** The flags of what came from elsewhere: defaults, the environment, the server's list of models, the probe. */
function whatRan({ adapter, endpoint, model, task }: Cell, flags: CheckFlags, { baseUrl }: UsedEndpoint) {
  return {
    tui: flags.tui ?? adapter.id,
    ...(endpoint.kind === 'demo'
      ? { demo: endpoint.script }
      : { endpoint: baseUrl ?? endpoint.baseUrl, model }),
    // A task that was made for the run is named by what it was made of.
    ...(flags.repo === undefined && { task: flags.task ?? task.id }),
  };
}

function keyWord(key: KeySource): string {
  const { env } = checkOptions.key;
  if (key === 'environment') return `${env}="$${env}" `;
  return key === 'typed' ? `${env}="$YOUR_KEY" ` : '';
}

/** A command line of ours for a shell, each word quoted where it has to be. */
export function commandLine(words: readonly string[]): string {
  return `codingagentbench ${words.map(shellWord).join(' ')}`;
}

/** The `check` command of these flags. A key is in none of its words: `$YOUR_KEY` stands where one is needed. */
export function equivalentCommand(flags: CheckFlags, hasKey: boolean): string {
  const command = commandLine(['check', ...optionWords(checkOptions, flags)]);
  return hasKey && flags.keyFile === undefined && flags.demo === undefined
    ? `${checkOptions.key.env}="$YOUR_KEY" ${command}`
    : command;
}

type SavedCell = Pick<RunRecord, 'run_id' | 'demo' | 'tui' | 'model' | 'task_id'>;

/** The command line that sets a saved run beside others: of its task, else of its agent and model; null without any. */
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
