import { readFileSync, writeFileSync } from 'node:fs';
import { type Measured, measuredSchema } from '../../build/agents-table.js';
import type { AgentAdapter } from '../../src/agents/adapter.js';
import { adapters } from '../../src/agents/adapters.js';
import { fieldCheck } from './agents-run.js';
import { factsOf, leastTimes } from './facts.js';
import { namesAsked } from './names-asked.js';
import { pluginFault } from './plugin-run.js';
import { strain } from './strains.js';
import { springTraps } from './traps.js';

/**
 * Every agent for real: the scripted model through oracle and no-op, a workspace full of traps, each kind of plugin,
 * strains (a faulty endpoint, Ctrl-C, children at the limit), and what names it asks for. Prints a table, keeps what was
 * measured in `measured.json`, and exits 1 when an agent that could be had did not do what it must. Names on the command
 * line choose agents.
 */
const wanted = process.argv.slice(2);
const chosen = adapters.filter(({ id }) => wanted.length === 0 || wanted.includes(id));

const COLUMNS = [
  ...['agent', 'version', 'oracle', 'no-op', 'wire', 'calls', 'first prompt', 'start', 'overhead', 'steps'],
  ...['dropped', 'traps', 'AGENTS.md', 'leftovers', 'plugins', 'http 401', 'http 500', 'cut', 'hang'],
  ...['ctrl-c', 'child', "model's commands", 'names asked'],
] as const;
type Row = Partial<Record<string, string>>;

const MEASURED = 'test/field/measured.json';
const measured: Measured = measuredSchema.parse(JSON.parse(readFileSync(MEASURED, 'utf8')));
const rows: Row[] = [];
const faults: string[] = [];
const notes: string[] = [];
for (const adapter of chosen) {
  process.stderr.write(`${adapter.id} …\n`);
  rows.push({ agent: adapter.id, ...(await examine(adapter)) });
  // After each: what was measured of the others stays when one of them ends the run.
  writeFileSync(MEASURED, `${JSON.stringify(measured, null, 2)}\n`);
}
process.stdout.write(`${[table(rows), ...notes, ...faults.map((fault) => `WRONG ${fault}`)].join('\n')}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function examine({ id: agent, editDialect: dialect, plugins }: AgentAdapter): Promise<Row> {
  const must = (ok: boolean, fault: string) => {
    if (!ok) faults.push(`${agent}: ${fault}`);
  };
  const oracle = await fieldCheck(['--tui', agent, '--demo=oracle']);
  const { record } = oracle;
  const missing = record?.preflight.find(({ status }) => status === 'fail');
  if (missing !== undefined) {
    notes.push(`${agent}: ${missing.detail}`);
    return { oracle: 'not here' };
  }
  const facts = record === null ? null : factsOf(record);
  if (record === null || facts === null) {
    faults.push(`${agent}: the oracle measured nothing: ${oracle.stderr.slice(-200)}`);
    return { oracle: record?.verdict ?? 'none' };
  }
  must(record.verdict === 'passed', `oracle ${record.verdict}`);

  const noOp = await fieldCheck(['--tui', agent, '--demo=no-op']);
  must(noOp.record?.verdict === 'failed', `no-op ${noOp.record?.verdict}`);
  const trapped = await springTraps(agent);
  must(trapped.sprung.length === 0, `traps ${trapped.sprung.join(' ')}`);
  must(trapped.agentsMd, 'AGENTS.md was not sent');
  const leftovers = [...oracle.leftovers, ...noOp.leftovers, ...trapped.leftovers];
  must(leftovers.length === 0, `left ${leftovers.join(' ')}`);

  const loaded: string[] = [];
  for (const kind of plugins) {
    const fault = await pluginFault(agent, kind);
    must(fault === null, `plugin ${kind}: ${fault}`);
    loaded.push(fault === null ? kind : `${kind} NOT LOADED`);
  }
  const strains = await strain({ agent, dialect, startUpMs: facts.startUpMs });
  for (const [name, { wrong }] of Object.entries(strains.found)) must(wrong === null, `${name}: ${wrong}`);
  const names = await namesAsked(agent);
  const times = await leastTimes(agent, facts);

  measured[agent] = {
    version: facts.version,
    calls: facts.calls,
    first_prompt_tokens: facts.firstPromptTokens,
    dropped: facts.dropped,
    start_up_ms: times.startUpMs,
    overhead_ms: times.overheadMs,
    model_runs_commands: strains.modelRunsCommands,
    names_asked: names,
  };
  return {
    version: facts.version,
    oracle: record.verdict,
    'no-op': noOp.record?.verdict ?? 'none',
    wire: record.wire ?? '–',
    calls: String(facts.calls),
    'first prompt': String(facts.firstPromptTokens),
    start: seconds(times.startUpMs),
    overhead: seconds(times.overheadMs),
    steps: String(record.steps.length),
    dropped: [...facts.dropped, ...record.litter].join(' ') || 'nothing',
    traps: trapped.sprung.join(' ') || 'none sprung',
    'AGENTS.md': trapped.agentsMd ? 'on the wire' : 'NOT SENT',
    leftovers: leftovers.join(' ') || 'none',
    plugins: loaded.join(' '),
    ...Object.fromEntries(
      Object.entries(strains.found).map(([name, { outcome, wrong }]) => [
        name,
        wrong === null ? outcome : `${outcome} WRONG`,
      ]),
    ),
    "model's commands": strains.modelRunsCommands ? 'run' : 'not run',
    'names asked': names === null ? '–' : names.join(' ') || 'none',
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)}s`;
}

function table(lines: readonly Row[]): string {
  const cell = (line: Row, title: string) => line[title] || '–';
  const widths = COLUMNS.map((title) =>
    Math.max(title.length, ...lines.map((line) => cell(line, title).length)),
  );
  const row = (cells: readonly string[]) =>
    cells
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [row(COLUMNS), ...lines.map((line) => row(COLUMNS.map((title) => cell(line, title))))].join('\n');
}
