import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginKind } from '../../src/agents/adapter.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { fieldCheck } from './agents-run.js';

const KEY = 'sk-field-0123456789abcdef';

/** What a plugin of each kind makes an agent send to its model. */
const MARKS: Record<PluginKind, string> = {
  mcp: 'word_of_the_day',
  'opencode-module': 'OPENCODE-PLUGIN-MARK',
};

/** Whether the agent loaded a plugin of this kind, by what then stood in its requests. */
export async function loadsPlugin(agent: string, kind: PluginKind): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'cab-plugin-'));
  const here = join(process.cwd(), 'test', 'field', 'plugins');
  const config = join(dir, 'mcp.json');
  const words = { command: 'node', args: [join(here, 'word-server.mjs')] };
  writeFileSync(config, JSON.stringify({ mcpServers: { words } }));
  const endpoint = await startGuardedEndpoint(KEY);
  try {
    await fieldCheck([
      ...['--tui', agent, '--endpoint', endpoint.url, '--model', endpoint.model, '--key', KEY],
      ...['--timeout', '90', '--plugin', kind === 'mcp' ? config : join(here, 'word-plugin.js')],
    ]);
    return endpoint.agentCalls().some(({ body }) => JSON.stringify(body).includes(MARKS[kind]));
  } finally {
    await endpoint.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
