import { shellWord } from '../host/shell-word.js';
import type { CellPlan } from '../run/plan.js';
import type { KeySource } from './key-source.js';
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
