import * as z from 'zod/mini';
import type { AgentAdapter } from '../src/agents/adapter.js';

/** What the field tests measured of each agent that they could install, by agent id. */
export const measuredSchema = z.record(
  z.string(),
  z.object({
    version: z.string(),
    /** Model calls of a whole run of the scripted oracle on the default task. */
    calls: z.int(),
    /** Characters ÷ 4 of the first request, as the scripted model counts tokens. */
    first_prompt_tokens: z.int(),
    /** Litter that the agent left behind. */
    dropped: z.array(z.string()),
    /** Time from its start to its first call. Like the overhead, the minimum of several runs. */
    start_up_ms: z.int(),
    /** Its wall time minus the time of the endpoint. */
    overhead_ms: z.int(),
    /** Whether it runs a command for its model without asking a user. */
    model_runs_commands: z.boolean(),
    /** Host names that it resolves without a sandbox; null: not measured. */
    names_asked: z.nullable(z.array(z.string())),
  }),
);
export type Measured = z.infer<typeof measuredSchema>;

const BEGIN = '<!-- made from the adapters: begin -->';
const END = '<!-- made from the adapters: end -->';

/** Returns the page with a new table of agents. */
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
    const { id, pins, wire, tried, plugins, litter } = adapter;
    const versions = pins.map(({ version, runsOn }) =>
      runsOn.kind === 'node' ? `${version} (Node ${runsOn.atLeast})` : version,
    );
    return [
      id === 'opencode' ? '`opencode` (default)' : `\`${id}\``,
      tried === null ? `${versions.join(', ')}, untested here` : versions.join(', '),
      pins[0].kind === 'path' ? 'PATH' : pins[0].kind,
      wire === 'chat' ? 'chat' : 'responses, translated where the endpoint has only chat',
      ...measuredCells(measured[id], { litter, manyVersions: pins.length > 1 }),
      plugins.map((kind) => (kind === 'mcp' ? 'MCP' : 'module')).join(', ') || '–',
    ];
  });
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

/** The cells from calls to commands; empty without measurements. */
function measuredCells(
  agent: Measured[string] | undefined,
  { litter, manyVersions }: { litter: readonly string[]; manyVersions: boolean },
): string[] {
  const quoted = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(' ');
  if (agent === undefined) return ['', '', '', quoted(litter), '', ''];
  const { calls, first_prompt_tokens, overhead_ms, dropped, names_asked, model_runs_commands } = agent;
  return [
    String(calls),
    first_prompt_tokens.toLocaleString('en') + (manyVersions ? ` (${agent.version})` : ''),
    `${(overhead_ms / 1000).toFixed(1)} s`,
    quoted(dropped) || 'nothing',
    names_asked === null ? 'not measured' : quoted(names_asked) || 'none',
    model_runs_commands ? 'run' : 'not run',
  ];
}
