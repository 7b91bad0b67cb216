import { staysBelow } from '../host/owned-path.js';
import { UsageError } from '../model/errors.js';
import type { AgentAdapter, LaunchContext } from './adapter.js';
import type { Plugin } from './plugin.js';

/** What a user adds to an agent as this program sets it up. */
export interface CustomAgent {
  /** Arguments before the prompt, after our own. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  plugins: readonly Plugin[];
}

/** Nothing added: how the published benchmark runs its agents. */
export const NO_CUSTOMISATION: CustomAgent = { args: [], env: {}, plugins: [] };

/** All that an agent is told besides its directories: nothing else leads it to the model. */
export interface Launch {
  /** Command-line arguments. */
  args: string[];
  /** Its own environment; HOME, XDG directories, PATH and the like are the engine's. */
  env: Record<string, string>;
  /** Config files, paths relative to its home. */
  files: Array<{ path: string; content: string }>;
}

/** A context before the user's plugins are put into it. */
export type RunContext = Omit<LaunchContext, 'plugins'>;

/**
 * What `adapter` tells its agent in this context, with what the user adds: for a run as for its description.
 *
 * @throws UsageError `usage.bad_adapter` for a file outside of the agent's home
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
        fix: 'Give the files of an adapter paths below its home.',
      },
    );
  }
  return {
    args: beforePrompt(adapter.argv(full), context.prompt, custom.args),
    // What leads it to the meter comes last.
    env: { ...adapter.switches, ...custom.env, ...adapter.env(full) },
    files,
  };
}

/** Options end at `--` where there is one, and at the prompt where there is none. */
function beforePrompt(argv: string[], prompt: string, extra: readonly string[]): string[] {
  const dashes = argv.indexOf('--');
  const at = dashes >= 0 ? dashes : argv.findIndex((word) => word.endsWith(prompt));
  return argv.toSpliced(at, 0, ...extra);
}
