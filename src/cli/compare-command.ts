import type { RunRecord } from '../model/record.js';
import { listRuns } from '../store/find-run.js';
import { commandLine } from './again-command.js';

type Cell = Pick<RunRecord, 'run_id' | 'demo' | 'tui' | 'model' | 'task_id'>;

/** The command line that sets a saved run beside others: of its task, else of its agent and model; null without any. */
export async function compareCommand(cell: Cell, runsDir: string): Promise<string | null> {
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
