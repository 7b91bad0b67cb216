import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginKind } from '../../src/agents/adapter.js';
import { fillArguments } from '../../src/endpoint/demo/tool-roles.js';
import { fieldCheck } from './agents-run.js';
import { withModel } from './scripted.js';
import { startWishfulEndpoint, type Wish } from './wishful-endpoint.js';

const HERE = join(process.cwd(), 'test', 'field', 'plugins');
const TOOL = 'word_of_the_day';
/** Only the plugin knows it. */
const WORD = 'heliotrope-5b1f';

/** The model calls the tool of the MCP server, once; where it has to search for it first, it does. */
const callTool: Wish = ({ tools, turns }) => {
  const tool =
    tools.find(({ name }) => name.endsWith(TOOL)) ?? tools.find(({ name }) => name === 'tool_search');
  if (tool === undefined || turns.some((turn) => turn.tool === tool.name)) return null;
  return { kind: 'call', text: '', tool: tool.name, arguments: fillArguments(tool, {}, `query=${TOOL}`) };
};

/** What is wrong with a run with a plugin of this kind; null when the plugin was at work and the record counts it. */
export async function pluginFault(agent: string, kind: PluginKind): Promise<string | null> {
  const dir = mkdtempSync(join(tmpdir(), 'cab-plugin-'));
  try {
    const config = join(dir, 'mcp.json');
    // A plugin may name what lies beside it.
    const server = join(dir, 'word-server.mjs');
    copyFileSync(join(HERE, 'word-server.mjs'), server);
    const words = { command: 'node', args: [server], env: { WORD } };
    writeFileSync(config, JSON.stringify({ mcpServers: { words } }));
    const file = kind === 'mcp' ? config : join(HERE, 'word-plugin.js');
    return await withModel([], 'tools', async (model) => {
      const endpoint = await startWishfulEndpoint(model, kind === 'mcp' ? callTool : () => null);
      try {
        const { record, stderr } = await fieldCheck([
          ...['--tui', agent, '--endpoint', endpoint.url, '--model', model.model],
          ...['--timeout', '90', '--plugin', file],
        ]);
        if (record === null) return stderr.slice(-200);
        const attrs = record.spans.find(({ name }) => name === 'applied_plugins')?.attrs;
        if (attrs?.count !== 1 || attrs.applied_count !== 1) return `counted ${JSON.stringify(attrs)}`;
        const seen = endpoint.requests().join();
        if (seen.includes(kind === 'mcp' ? WORD : 'OPENCODE-PLUGIN-MARK')) return null;
        return kind === 'mcp' && seen.includes(TOOL) ? 'its tool was offered and gave no word' : 'not loaded';
      } finally {
        endpoint.close();
      }
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
