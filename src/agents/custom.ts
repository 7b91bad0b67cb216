import type { Plugin } from './plugin.js';

/** What a user adds to an agent as this program sets it up. */
export interface CustomAgent {
  /** Arguments before the prompt, after our own. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  plugins: readonly Plugin[];
}

/** Nothing added: how the published benchmark runs its agents. */
export const FACTORY: CustomAgent = { args: [], env: {}, plugins: [] };
