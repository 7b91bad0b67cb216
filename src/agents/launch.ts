import { staysBelow } from '../host/owned-path.js';
import { UsageError } from '../model/errors.js';
import type { AgentAdapter, LaunchContext } from './adapter.js';
import type { Plugin } from './plugin.js';

/** The user's additions to an agent's standard setup. */
export interface CustomAgent {
  /** Arguments after our own and before the prompt. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  plugins: readonly Plugin[];
}

/** The standard setup, as in the published benchmark. */
export const NO_CUSTOMISATION: CustomAgent = { args: [], env: {}, plugins: [] };

/** The complete setup of an agent, except its directories. */
export interface Launch {
  /** Command-line arguments. */
  args: string[];
  /** Environment of this agent; HOME, the XDG directories, PATH etc. come from `runEnv`. */
  env: Record<string, string>;
  /** Config files, paths relative to its home. */
  files: Array<{ path: string; content: string }>;
}

/** A context without the user's plugins. */
export type RunContext = Omit<LaunchContext, 'plugins'>;

/**
 * The setup of an agent in this context, with the user's additions.
 *
 * @throws UsageError `usage.bad_adapter` for a config file outside the agent's home
 */
export function launchOf(adapter: AgentAdapter, context: RunContext, custom: CustomAgent): Launch {
  const full: LaunchContext = {
    ...context,
    plugins: {
      modules: custom.plugins.flatMap((plugin) => (plugin.kind === 'opencode-module' ? [plugin.file] : [])),
      mcpServers: Object.assign(
        {},
        ...custom.plugins.map((plugin) => (plugin.kind === 'mcp' ? plugin.servers : {})),
      ),
    },
  };
  const files = adapter.files(full);
  const stray = files.find(({ path }) => !staysBelow(path));
  if (stray) {
    throw new UsageError(
      `The adapter of ${adapter.id} has a file at ${stray.path}, outside of the agent's home.`,
      {
        code: 'usage.bad_adapter',
        fix: 'Use paths below the home for all files of the adapter.',
      },
    );
  }
  return {
    args: beforePrompt(adapter.argv(full), context.prompt, custom.args),
    // Last, so that nothing can replace the address of the meter.
    env: { ...adapter.switches, ...custom.env, ...adapter.env(full) },
    files,
  };
}

/** Inserts arguments before `--`, or before the prompt when there is no `--`. */
function beforePrompt(argv: string[], prompt: string, extra: readonly string[]): string[] {
  const dashes = argv.indexOf('--');
  const at = dashes >= 0 ? dashes : argv.findIndex((word) => word.endsWith(prompt));
  return argv.toSpliced(at, 0, ...extra);
}
