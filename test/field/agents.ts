import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Measured, measuredSchema } from '../../build/agents-table.js';
import { adapters } from '../../src/agents/adapters.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { fieldCheck } from './agents-run.js';
import { AGENTS_MD_MARK, hostileTask, PLANTED } from './hostile-task.js';
import { loadsPlugin } from './plugin-run.js';
import { strain } from './strains.js';

/**
 * Every agent for real: the scripted model through oracle and no-op, a workspace full of traps, and strains (a faulty
 * endpoint, Ctrl-C, a background child at the limit). Prints a table, keeps what was measured in `measured.json`, and
 * exits 1 when an agent that could be had did not do what it must. Names on the command line choose agents.
 */
const KEY = 'sk-field-0123456789abcdef';
const wanted = process.argv.slice(2);
const chosen = adapters.filter(({ id }) => wanted.length === 0 || wanted.includes(id));

interface Row {
  agent: string;
  version: string;
  oracle: string;
  'no-op': string;
  wire: string;
  calls: string;
  'first prompt': string;
  steps: string;
  dropped: string;
  traps: string;
  'AGENTS.md': string;
  leftovers: string;
  plugins: string;
  'http 401': string;
  'http 500': string;
  cut: string;
  hang: string;
  'ctrl-c': string;
  child: string;
}

const MEASURED = 'test/field/measured.json';
const measured: Measured = measuredSchema.parse(JSON.parse(readFileSync(MEASURED, 'utf8')));
const rows: Row[] = [];
const notes: string[] = [];
let wrong = 0;
for (const { id } of chosen) {
  process.stderr.write(`${id} …\n`);
  rows.push(await examine(id));
}
writeFileSync(MEASURED, `${JSON.stringify(measured, null, 2)}\n`);
process.stdout.write(`${[table(rows), ...notes].join('\n')}\n`);
process.exitCode = wrong === 0 ? 0 : 1;

async function examine(agent: string): Promise<Row> {
  const oracle = await fieldCheck(['--tui', agent, '--demo=oracle']);
  const row: Row = {
    agent,
    version: oracle.record?.tui_version ?? '–',
    oracle: oracle.record?.verdict ?? 'none',
    'no-op': '–',
    wire: oracle.record?.wire ?? '–',
    calls: '–',
    'first prompt': '–',
    steps: '–',
    dropped: '–',
    traps: '–',
    'AGENTS.md': '–',
    leftovers: '–',
    plugins: '–',
    ...{ 'http 401': '–', 'http 500': '–', cut: '–', hang: '–', 'ctrl-c': '–', child: '–' },
  };
  const missing = oracle.record?.preflight.find(({ status }) => status === 'fail');
  if (missing !== undefined) {
    notes.push(`${agent}: ${missing.detail}`);
    return { ...row, version: '–', oracle: 'not here' };
  }

  const noOp = await fieldCheck(['--tui', agent, '--demo=no-op']);
  const trapped = await springTraps(agent);
  const calls = oracle.record?.model_calls.filter(({ probe }) => !probe) ?? [];
  const leftovers = [...oracle.leftovers, ...[...noOp.leftovers, ...trapped.leftovers].filter(notKept)];
  row['no-op'] = noOp.record?.verdict ?? 'none';
  row.calls = String(calls.length);
  row['first prompt'] = String(calls[0]?.prompt_tokens ?? '–');
  row.steps = String(oracle.record?.steps.length ?? 0);
  const { added = [] } = oracle.record?.scores.blast_radius ?? {};
  row.dropped = [...added, ...(oracle.record?.litter ?? [])].join(' ') || 'nothing';
  row.traps = trapped.sprung.join(' ') || 'none sprung';
  row['AGENTS.md'] = trapped.agentsMd ? 'on the wire' : 'NOT SENT';
  row.leftovers = leftovers.join(' ') || 'none';
  const good =
    row.oracle === 'passed' &&
    row['no-op'] === 'failed' &&
    trapped.sprung.length === 0 &&
    trapped.agentsMd &&
    leftovers.length === 0;
  if (!good) wrong++;
  const kinds = chosen.find(({ id }) => id === agent)?.plugins ?? [];
  const loaded = await Promise.all(kinds.map((kind) => loadsPlugin(agent, kind)));
  if (kinds.length > 0)
    row.plugins = kinds.map((kind, i) => `${kind}${loaded[i] ? '' : ' NOT LOADED'}`).join(' ');
  wrong += loaded.filter((ok) => !ok).length;
  for (const [name, { outcome, wrong: fault }] of Object.entries(await strain(agent))) {
    row[name as keyof Row] = fault === null ? outcome : `${outcome} WRONG`;
    if (fault === null) continue;
    notes.push(`${agent}, ${name}: ${fault}`);
    wrong++;
  }
  const { record } = oracle;
  if (record?.tui_version != null && calls[0]?.prompt_tokens != null) {
    measured[agent] = {
      version: record.tui_version,
      calls: calls.length,
      first_prompt_tokens: calls[0].prompt_tokens,
      dropped: added,
    };
  }
  return row;
}

/** Without a sandbox, so that every trap can do its worst. */
async function springTraps(agent: string) {
  const endpoint = await startGuardedEndpoint(KEY);
  let redirected = 0;
  const evil = createServer((_request, response) => {
    redirected++;
    response.writeHead(500).end();
  });
  evil.on('connect', (_request, socket) => {
    redirected++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  const { port } = evil.address() as AddressInfo;
  const task = hostileTask(`http://127.0.0.1:${port}/v1`);
  try {
    const run = await fieldCheck([
      ...['--tui', agent, '--endpoint', endpoint.url, '--model', endpoint.model, '--key', KEY],
      ...['--task', task, '--sandbox', 'off', '--timeout', '90'],
    ]);
    const changed = run.record?.scores.blast_radius;
    const planted = changed?.added.filter((path) => path.startsWith(PLANTED)) ?? [];
    const asked = endpoint.agentCalls();
    const rewritten = [...(changed?.modified ?? []), ...(changed?.removed ?? [])];
    return {
      sprung: [
        ...planted,
        ...rewritten.map((path) => `changed:${path}`),
        ...(redirected > 0 ? ['redirected'] : []),
        ...(asked.length === 0 ? [`no-call(${run.record?.explanation ?? run.stderr.slice(-200)})`] : []),
      ],
      agentsMd: asked.some(({ body }) => JSON.stringify(body).includes(AGENTS_MD_MARK)),
      leftovers: run.leftovers,
    };
  } finally {
    rmSync(task, { recursive: true, force: true });
    evil.closeAllConnections();
    evil.close();
    await endpoint.close();
  }
}

/** A run that failed and changed something keeps its workspace. */
function notKept(leftover: string): boolean {
  return !leftover.startsWith('codingagentbench-');
}

function table(lines: readonly Row[]): string {
  const titles = Object.keys(lines[0] ?? {}) as Array<keyof Row>;
  const widths = titles.map((title) => Math.max(title.length, ...lines.map((line) => line[title].length)));
  const row = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [row(titles), ...lines.map((line) => row(titles.map((title) => line[title])))].join('\n');
}
