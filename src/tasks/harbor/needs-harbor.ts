import { shellWord } from '../../host/shell-word.js';
import { UsageError } from '../../model/errors.js';

/** A task that is whole and needs more than this program has: what, in a sentence, and the command that runs it. */
export function needsHarbor(taskDir: string, why: string): UsageError {
  return new UsageError(`${why}.`, {
    code: 'usage.needs_harbor',
    fix: `Run it with Harbor and a container engine: harbor run --path ${shellWord(taskDir)} --agent opencode --model PROVIDER/MODEL`,
  });
}
