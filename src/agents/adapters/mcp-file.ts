import type { McpServer } from '../adapter.js';

/** The file `{"mcpServers": …}` that several agents read; none when the user gave no server. */
export function mcpFile(path: string, servers: Readonly<Record<string, McpServer>>, more: object = {}) {
  if (Object.keys(servers).length === 0) return [];
  const mcpServers = Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, { ...server, ...more }]),
  );
  return [{ path, content: JSON.stringify({ mcpServers }) }];
}
