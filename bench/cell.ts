import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Figure, Skip } from './figure.js';
import { runCommand } from './run-command.js';
import { median } from './statistics.js';
import { BIN, onTerminal, ROOT, withVisitor } from './visitor.js';

const ROUNDS = 3;
/** Where the tests keep the agents that they install. */
const CACHE = join(ROOT, 'node_modules', '.cache', 'tests');

interface CellNumbers {
  overheadMs: number;
  peakMB: number;
  durationMs: number;
}

/** What a whole cell costs beside the agent: the demo with real opencode, on a terminal. */
export const cell: Figure = {
  id: 'cell',
  needsBuild: true,
  async measure() {
    if (!existsSync(join(CACHE, 'codingagentbench')))
      throw new Skip(`no agent is installed below ${CACHE}: run npm test once`);
    const cells: CellNumbers[] = [];
    for (let round = 0; round < ROUNDS; round++) cells.push(await demoCell());
    const middle = (field: keyof CellNumbers) => median(cells.map((numbers) => numbers[field]));
    return [
      {
        name: 'overhead of a cell',
        value: middle('overheadMs'),
        unit: 'ms',
        budget: { atMost: 500 },
        reference: `whole cell: ${(middle('durationMs') / 1000).toFixed(1)} s`,
      },
      {
        name: 'peak memory of the program, one cell',
        value: middle('peakMB'),
        unit: 'MB',
        budget: { atMost: 150 },
        reference: 'on a terminal',
      },
    ];
  },
};

function demoCell(): Promise<CellNumbers> {
  return withVisitor(async ({ dir, env }) => {
    const peakFile = join(dir, 'peak');
    const preload = pathToFileURL(join(import.meta.dirname, 'programs', 'peak-memory.js')).href;
    const command = [process.execPath, '--import', preload, BIN, 'check', '--demo'];
    const ran = await runCommand(onTerminal(command), {
      cwd: dir,
      env: { ...env, XDG_CACHE_HOME: CACHE, BENCH_PEAK_FILE: peakFile },
    });
    if (ran.code !== 0) throw new Error(`check --demo exited with ${ran.code}:\n${ran.output.slice(-2000)}`);
    const runs = join(dir, 'home', '.local/share/codingagentbench/runs');
    const [run = ''] = readdirSync(runs);
    const record: { overhead_ms: number } = JSON.parse(readFileSync(join(runs, run, 'record.json'), 'utf8'));
    return {
      overheadMs: record.overhead_ms,
      peakMB: Number(readFileSync(peakFile, 'utf8')),
      durationMs: ran.elapsedMs,
    };
  });
}
