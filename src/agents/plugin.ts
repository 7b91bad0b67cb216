import { realpath } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute } from 'node:path';
import * as z from 'zod/mini';
import { type OwnedPath, realPathOf } from '../host/owned-path.js';
import { readErrorText, readStoredFile } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';
import type { AgentAdapter, McpServer, PluginKind } from './adapter.js';
import { adapters } from './adapters.js';

/** A plugin of the user, from one file. */
export type Plugin =
  | { kind: 'opencode-module'; name: string; file: string }
  | { kind: 'mcp'; name: string; file: string; servers: Record<string, McpServer> };

const mcpSchema = z.object({
  mcpServers: z.record(
    z.string().check(z.regex(/^[\w-]{1,64}$/)),
    z.object({
      command: z.string().check(z.minLength(1)),
      args: z._default(z.array(z.string()), []),
      env: z._default(z.record(z.string(), z.string()), {}),
    }),
  ),
});

const MAX_PLUGIN_BYTES = 16 * 1024 * 1024;

const KINDS: Record<PluginKind, string> = {
  'opencode-module': 'an opencode plugin (.js, .ts)',
  mcp: 'an MCP server config (.json)',
};

/**
 * Reads a plugin; its kind follows from the file extension: an opencode module, or `{"mcpServers": {…}}`.
 *
 * @throws UsageError `usage.bad_plugin`
 * @throws UsageError `usage.plugin_unfit` when the agent does not support this kind
 */
export async function readPlugin(path: string, adapter: AgentAdapter): Promise<Plugin> {
  const kind = kindOf(path);
  if (!adapter.plugins.includes(kind)) {
    const fit = adapters.filter(({ plugins }) => plugins.includes(kind)).map(({ id }) => id);
    throw new UsageError(`${adapter.id} takes no plugin such as ${path}, which is ${KINDS[kind]}.`, {
      code: 'usage.plugin_unfit',
      fix: `Agents that take one: ${fit.join(', ')}.`,
    });
  }
  const file = await realpath(path).catch(() => {
    throw badPlugin(`--plugin ${path} does not exist.`);
  });
  const name = basename(path);
  const text = await readStoredFile(file, { maxBytes: MAX_PLUGIN_BYTES }).then(
    (content) => content.toString('utf8'),
    (error: unknown) => {
      throw badPlugin(`--plugin ${path} cannot be read: ${readErrorText(error)}.`);
    },
  );
  if (kind === 'opencode-module') return { kind, name, file };
  return { kind, name, file, servers: mcpServersIn(text, path) };
}

/** The paths that a plugin uses: its file, or the absolute paths in the commands of its servers. */
export function pluginPaths(plugins: readonly Plugin[]): OwnedPath[] {
  return plugins.flatMap((plugin) => {
    const named =
      plugin.kind === 'mcp'
        ? wordsOf(plugin.servers).filter((word) => isAbsolute(word) && realPathOf(word) !== null)
        : [plugin.file];
    return named.map((path) => ({ owner: 'plugin' as const, path, within: dirname(plugin.file) }));
  });
}

function wordsOf(servers: Record<string, McpServer>): string[] {
  return Object.values(servers).flatMap(({ command, args }) => [command, ...args]);
}

function kindOf(path: string): PluginKind {
  const ending = extname(path);
  if (['.js', '.mjs', '.ts'].includes(ending)) return 'opencode-module';
  if (ending === '.json') return 'mcp';
  throw badPlugin(`--plugin ${path} is neither ${KINDS['opencode-module']} nor ${KINDS.mcp}.`);
}

function mcpServersIn(text: string, path: string): Record<string, McpServer> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badPlugin(`--plugin ${path} is not JSON.`);
  }
  const parsed = mcpSchema.safeParse(json);
  if (parsed.success && Object.keys(parsed.data.mcpServers).length > 0) return parsed.data.mcpServers;
  throw badPlugin(
    `--plugin ${path} names no MCP server that is started by a command. A server with a URL cannot work: the agent has no network.`,
  );
}

function badPlugin(message: string): UsageError {
  return new UsageError(message, {
    code: 'usage.bad_plugin',
    fix: 'An MCP config looks like {"mcpServers": {"NAME": {"command": "node", "args": ["/path/server.js"]}}}, with the server beside it.',
  });
}
