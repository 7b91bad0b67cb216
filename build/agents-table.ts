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
    /** From its start to its first call; the least of some runs, as is the overhead. */
    start_up_ms: z.int(),
    /** Its wall time less the endpoint's. */
    overhead_ms: z.int(),
    /** Whether its model can have it run a command with nobody there to say yes. */
    model_runs_commands: z.boolean(),
    /** Host names that it asks for where no sandbox stops it; null: not measured. */
    names_asked: z.nullable(z.array(z.string())),
  }),
);
export type Measured = z.infer<typeof measuredSchema>;

const BEGIN = '<!-- made from the adapters: begin -->';
const END = '<!-- made from the adapters: end -->';

/** The page with its table of agents renewed. */
export function withAgents(page: string, adapters: readonly AgentAdapter[], measured: Measured): string {
  const [head, rest = ''] = page.split(BEGIN);
  const [, tail = ''] = rest.split(END);
  return `${head}${BEGIN}\n\n${table(adapters, measured).join('\n')}\n\n${END}${tail}`;
}

function table(adapters: readonly AgentAdapter[], measured: Measured): string[] {
  const titles = [
    ...['`--tui`', 'version', 'from', 'wire', 'calls', 'first prompt', 'overhead', 'leaves behind'],
    ...['names asked', 'commands', '`--plugin`'],
  ];
  const rows = adapters.map((adapter) => {
    const { id, pins, wire, tried, plugins, drops } = adapter;
    const versions = pins.map(({ version, runsOn }) =>
      runsOn.kind === 'node' ? `${version} (Node ${runsOn.atLeast})` : version,
    );
    return [
      id === 'opencode' ? '`opencode` (default)' : `\`${id}\``,
      tried === null ? `${versions.join(', ')}, untested here` : versions.join(', '),
      pins[0].kind === 'path' ? 'PATH' : pins[0].kind,
      wire === 'chat' ? 'chat' : 'responses, translated where the endpoint has only chat',
      ...seenCells(measured[id], { drops, manyVersions: pins.length > 1 }),
      plugins.map((kind) => (kind === 'mcp' ? 'MCP' : 'module')).join(', ') || '–',
    ];
  });
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

/** From the calls to the commands; empty where nothing was seen. */
function seenCells(
  seen: Measured[string] | undefined,
  { drops, manyVersions }: { drops: readonly string[]; manyVersions: boolean },
): string[] {
  const quoted = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(' ');
  if (seen === undefined) return ['', '', '', quoted(drops), '', ''];
  const { calls, first_prompt_tokens, overhead_ms, dropped, names_asked, model_runs_commands } = seen;
  return [
    String(calls),
    first_prompt_tokens.toLocaleString('en') + (manyVersions ? ` (${seen.version})` : ''),
    `${(overhead_ms / 1000).toFixed(1)} s`,
    quoted(dropped) || 'nothing',
    names_asked === null ? 'not measured' : quoted(names_asked) || 'none',
    model_runs_commands ? 'run' : 'not run',
  ];
}
