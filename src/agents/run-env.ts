import { join } from 'node:path';
import { UsageError } from '../model/errors.js';
import type { AgentAdapter, LaunchContext } from './adapter.js';

/** The environment of every agent. It has nothing of the user's environment except system directories in PATH. */
export function runEnv({ home, tmp }: Pick<LaunchContext, 'home' | 'tmp'>, pathDirs: readonly string[]) {
  return {
    PATH: pathDirs.join(':'),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
    CI: '1',
    ...NO_PROXY,
    HOME: home,
    TMPDIR: tmp,
    ...xdg(home),
    CARGO_HOME: join(home, '.cargo'),
    CARGO_NET_OFFLINE: 'true',
  };
}

/** The XDG directories below a home. */
export function xdg(home: string): Record<string, string> {
  return {
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: join(home, '.cache'),
  };
}

/**
 * Some agents read missing variables from a project's `.env`: a proxy there would get their calls. Both kinds of variables
 * are needed: some agents treat an empty variable as missing, others ignore NO_PROXY.
 */
const NO_PROXY = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => {
    const value = name === 'NO_PROXY' ? '127.0.0.1,localhost' : '';
    return [
      [name, value],
      [name.toLowerCase(), value],
    ];
  }),
);

/** Variables that can redirect an agent to another endpoint. */
const REDIRECTS = /(_BASE_URL|_API_BASE|_ENDPOINT|_HOST|_PROXY|_API_KEY)$/i;

/**
 * Checks the user's variables: they must not redirect the agent to another endpoint or home.
 *
 * @throws UsageError `usage.agent_env`
 */
export function checkUserEnv(env: Readonly<Record<string, string>>, adapter: AgentAdapter): void {
  const noPaths = { workspace: '', home: '', tmp: '' };
  const ours = new Set([
    ...Object.keys(runEnv(noPaths, [])),
    ...Object.keys(
      adapter.env({
        ...noPaths,
        ...{ baseUrl: '', origin: '', token: '', model: '', prompt: '', agentsMd: null },
        plugins: { modules: [], mcpServers: {} },
      }),
    ),
  ]);
  for (const name of Object.keys(env)) {
    if (!ours.has(name) && !name.startsWith('CAB_') && !REDIRECTS.test(name)) continue;
    throw new UsageError(
      `--agent-env ${name} is not allowed: this program sets it to connect ${adapter.id} to the endpoint, or to give it its own home.`,
      {
        code: 'usage.agent_env',
        fix: 'Remove it. Set the endpoint with --endpoint, --key-file and --model.',
      },
    );
  }
}
