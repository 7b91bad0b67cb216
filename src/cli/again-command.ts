import { shellWord } from '../host/shell-word.js';
import type { CellPlan } from '../run/plan.js';
import { agentWords } from './agent-options.js';
import type { CheckFlags } from './check-options.js';

/** The command line that runs the same cell again; the key stays out of it. */
export function againCommand(
  {
    endpoint,
    model,
    adapter,
    task,
  }: Pick<CellPlan, 'endpoint' | 'model' | 'adapter'> & { task: { id: string } },
  flags: CheckFlags,
): string {
  const player =
    endpoint.kind === 'demo'
      ? [`--demo=${endpoint.script}`]
      : [
          '--model',
          model,
          '--endpoint',
          endpoint.baseUrl,
          ...(flags.keyFile ? ['--key-file', flags.keyFile] : []),
        ];
  const words = ['check', '--tui', flags.tui ?? adapter.id, ...player, ...taskWords(task.id, flags)];
  if (flags.timeout !== undefined) words.push('--timeout', String(flags.timeout));
  if (flags.sandbox !== 'auto') words.push('--sandbox', flags.sandbox);
  words.push(...agentWords(flags));
  return commandLine(words);
}

/** The command line that runs the task's benign twin as the same cell; null when it has none. */
export function twinCommand(plan: CellPlan, flags: CheckFlags): string | null {
  const { benign_twin: id } = plan.task.manifest;
  return id === undefined ? null : againCommand({ ...plan, task: { id } }, { ...flags, task: id });
}

/** A task that was made for the run is named by what it was made of. */
function taskWords(id: string, { repo, test, language, task, seed }: CheckFlags): string[] {
  const words = repo === undefined ? ['--task', task ?? id] : ['--repo', repo, '--test', test ?? ''];
  if (language !== undefined) words.push('--language', language);
  if (seed !== undefined) words.push('--seed', String(seed));
  return words;
}

/** A command line of ours for a shell, each word quoted where it has to be. */
export function commandLine(words: readonly string[]): string {
  return `codingagentbench ${words.map(shellWord).join(' ')}`;
}
