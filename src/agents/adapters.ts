import { UsageError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { AgentAdapter } from './adapter.js';
import { opencode } from './opencode.js';

/** Every agent this program can drive. A new one is one file and one line here. */
const adapters: readonly AgentAdapter[] = [opencode];

/** The adapter of a `--tui` value. Errors: UsageError `usage.unknown_agent` with the nearest name. */
export function findAdapter(tui: string): AgentAdapter {
  const adapter = adapters.find(({ id }) => id === tui);
  if (adapter) return adapter;
  const ids = adapters.map(({ id }) => id);
  const near = nearest(tui, ids)[0];
  throw new UsageError(`There is no agent called "${tui}".`, {
    code: 'usage.unknown_agent',
    fix: near ? `Did you mean --tui ${near}?` : `Agents: ${ids.join(', ')}.`,
  });
}
