import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adapters } from '../../src/agents/adapters.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { fieldCheck } from './agents-run.js';
import { AGENTS_MD_MARK, hostileTask, PLANTED } from './hostile-task.js';

/**
 * Every agent for real: the scripted model through oracle and no-op, and a workspace full of traps. Prints a table and
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
}

const rows: Row[] = [];
const notes: string[] = [];
let wrong = 0;
for (const { id } of chosen) {
  process.stderr.write(`${id} …\n`);
  rows.push(await examine(id));
}
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
