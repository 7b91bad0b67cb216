import { join } from 'node:path';
import { UsageError } from '../model/errors.js';
import type { AgentAdapter, LaunchContext } from './adapter.js';

/** What every agent's environment holds: nothing of the user's but PATH's system directories and the locale. */
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

export function xdg(home: string): Record<string, string> {
  return {
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: join(home, '.cache'),
  };
}

/**
 * A project's `.env` fills in what is not set, and a proxy named there would get the agent's calls. Some agents take an
 * empty variable for a missing one, and some do not heed NO_PROXY.
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

/** Names by which one agent or another is sent to an endpoint. */
const LEADS_ELSEWHERE = /(_BASE_URL|_API_BASE|_ENDPOINT|_HOST|_PROXY|_API_KEY)$/i;

/**
 * A user's own variables, refused where they would lead the agent away from the meter or out of its home.
 * Errors: UsageError `usage.agent_env`.
 */
export function checkUserEnv(env: Readonly<Record<string, string>>, adapter: AgentAdapter): void {
  const nowhere = { workspace: '', home: '', tmp: '' };
  const ours = new Set([
    ...Object.keys(runEnv(nowhere, [])),
    ...Object.keys(
      adapter.env({
        ...nowhere,
        ...{ baseUrl: '', origin: '', token: '', model: '', prompt: '', agentsMd: null },
        plugins: { modules: [], mcpServers: {} },
      }),
    ),
  ]);
  for (const name of Object.keys(env)) {
    if (!ours.has(name) && !name.startsWith('CAB_') && !LEADS_ELSEWHERE.test(name)) continue;
    throw new UsageError(
      `--agent-env ${name} cannot be given: it is one of those that lead ${adapter.id} to the endpoint and to a home of its own.`,
      {
        code: 'usage.agent_env',
        fix: 'Leave it out; --endpoint, --key-file and --model say where the calls go.',
      },
    );
  }
}
