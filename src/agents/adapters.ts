import { UsageError } from '../model/errors.js';
import { nearest } from '../tasks/nearest.js';
import type { AgentAdapter } from './adapter.js';
import { aider } from './adapters/aider.js';
import { cline } from './adapters/cline.js';
import { codex } from './adapters/codex.js';
import { copilot } from './adapters/copilot.js';
import { crush } from './adapters/crush.js';
import { goose } from './adapters/goose.js';
import { opencode } from './adapters/opencode.js';
import { openhands } from './adapters/openhands.js';
import { pi } from './adapters/pi.js';
import { qwenCode } from './adapters/qwen-code.js';
import { undrivable } from './undrivable.js';

/** All agents that this program can drive. A new one needs one file and one line here. */
export const adapters: readonly AgentAdapter[] = [
  opencode,
  codex,
  qwenCode,
  pi,
  crush,
  aider,
  goose,
  openhands,
  copilot,
  cline,
];

/**
 * The adapter of a `--tui` value.
 *
 * @throws UsageError `usage.unknown_agent` with the nearest name
 * @throws UsageError `usage.undrivable_agent` with the reason
 */
export function findAdapter(tui: string): AgentAdapter {
  const adapter = adapters.find(({ id }) => id === tui);
  if (adapter) return adapter;
  const ids = adapters.map(({ id }) => id);
  const known = undrivable.find(({ id }) => id === tui);
  if (known) {
    throw new UsageError(`${known.id} cannot be driven here: ${known.reason}.`, {
      code: 'usage.undrivable_agent',
      fix: `Agents that can: ${ids.join(', ')}.`,
    });
  }
  const near = nearest(tui, ids)[0];
  throw new UsageError(`There is no agent called "${tui}".`, {
    code: 'usage.unknown_agent',
    fix: near ? `Did you mean --tui ${near}?` : `Agents: ${ids.join(', ')}.`,
  });
}
