import * as z from 'zod/mini';
import type { AgentAdapter } from '../src/agents/adapter.js';

/** What the field run saw of each agent that it could have, by its id. */
export const measuredSchema = z.record(
  z.string(),
  z.object({
    version: z.string(),
    /** Of the whole run of the scripted oracle on the default task. */
    calls: z.int(),
    /** Characters ÷ 4 of the first request, as the scripted model counts. */
    first_prompt_tokens: z.int(),
    dropped: z.array(z.string()),
  }),
);
export type Measured = z.infer<typeof measuredSchema>;

const BEGIN = '<!-- made from the adapters: begin -->';
const END = '<!-- made from the adapters: end -->';

/** README with its table of agents made anew. */
export function readmeWithTable(
  readme: string,
  adapters: readonly AgentAdapter[],
  measured: Measured,
): string {
  const [head, rest = ''] = readme.split(BEGIN);
  const [, tail = ''] = rest.split(END);
  return `${head}${BEGIN}\n\n${table(adapters, measured).join('\n')}\n\n${END}${tail}`;
}

function table(adapters: readonly AgentAdapter[], measured: Measured): string[] {
  const titles = [
    '`--tui`',
    'version',
    'from',
    'wire',
    'calls',
    'first prompt',
    'leaves behind',
    '`--plugin`',
  ];
  const rows = adapters.map((adapter) => {
    const { id, pins, wire, tried, plugins, drops } = adapter;
    const seen = measured[id];
    const versions = pins.map(({ version, runsOn }) =>
      runsOn.kind === 'node' ? `${version} (Node ${runsOn.atLeast})` : version,
    );
    const numbers =
      seen === undefined
        ? ['', '']
        : [
            String(seen.calls),
            seen.first_prompt_tokens.toLocaleString('en') + (pins.length > 1 ? ` (${seen.version})` : ''),
          ];
    return [
      id === 'opencode' ? '`opencode` (default)' : `\`${id}\``,
      tried === null ? `${versions.join(', ')}, untested here` : versions.join(', '),
      pins[0].kind === 'path' ? 'PATH' : pins[0].kind,
      wire === 'chat' ? 'chat' : 'responses, translated where the endpoint has only chat',
      ...numbers,
      (seen?.dropped ?? drops).map((glob) => `\`${glob}\``).join(' ') || (tried === null ? '' : 'nothing'),
      plugins.map((kind) => (kind === 'mcp' ? 'MCP' : 'module')).join(', ') || '–',
    ];
  });
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
