import type { AgentAdapter, LaunchContext } from './adapter.js';

/** All that an agent is told besides its directories: nothing else leads it to the model. */
export interface Launch {
  /** Command-line arguments. */
  args: string[];
  /** Its own environment; HOME, XDG directories, PATH and the like are the engine's. */
  env: Record<string, string>;
  /** Config files, paths relative to its home. */
  files: Array<{ path: string; content: string }>;
}

/** What `adapter` tells its agent in this context: for a run as for its description. */
export function launchOf(adapter: AgentAdapter, context: LaunchContext): Launch {
  return {
    args: adapter.argv(context),
    env: { ...adapter.switches, ...adapter.env(context) },
    files: adapter.files(context),
  };
}
