import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Benchmark, type Measurement, Skip, withinBudget } from './benchmark.js';
import { cell } from './cell.js';
import { longRun } from './long-run.js';
import { meterMemory } from './meter-memory.js';
import { meterPaced } from './meter-paced.js';
import { meterThroughput } from './meter-throughput.js';
import { npxCold } from './npx-cold.js';
import { savedRun } from './saved-run.js';
import { startUp } from './start-up.js';
import { type BenchmarkResult, table } from './table.js';

const BENCHMARKS: readonly Benchmark[] = [
  meterPaced,
  meterThroughput,
  meterMemory,
  startUp,
  npxCold,
  cell,
  longRun,
  savedRun,
];

const USAGE = `npm run bench -- [BENCHMARK …] [--strict] [--update]
  BENCHMARK  the beginning of a benchmark's id: ${BENCHMARKS.map(({ id }) => id).join(', ')}
  --strict   exit 1 when a benchmark is over its budget
  --update   save the results as the baseline`;

async function runBenchmark(benchmark: Benchmark): Promise<BenchmarkResult> {
  process.stderr.write(`${benchmark.id} …\n`);
  try {
    return { id: benchmark.id, measurements: await benchmark.measure() };
  } catch (error) {
    if (error instanceof Skip) return { id: benchmark.id, skipped: error.message };
    throw error;
  }
}

const BASELINES_FILE = 'bench/baselines.json';

/** The values that an earlier run measured, by name. */
interface Baselines {
  /** See `machineKind`. */
  machine: string;
  values: Record<string, number>;
}

/** The kind of this machine. Values of different kinds are not compared. */
function machineKind(): string {
  const [major] = process.versions.node.split('.');
  return `${process.platform} ${process.arch}, ${availableParallelism()} cores, node ${major}`;
}

async function readBaselines(): Promise<Baselines> {
  return JSON.parse(await readFile(BASELINES_FILE, 'utf8'));
}

/** Saves the measurements as baselines. Other baselines stay if they are from the same kind of machine. */
async function writeBaselines(before: Baselines, measurements: readonly Measurement[]): Promise<void> {
  const machine = machineKind();
  const values = { ...(before.machine === machine && before.values) };
  for (const { name, value } of measurements) values[name] = Math.round(value * 1000) / 1000;
  await writeFile(BASELINES_FILE, `${JSON.stringify({ machine, values }, null, 2)}\n`);
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { strict: { type: 'boolean' }, update: { type: 'boolean' }, help: { type: 'boolean' } },
});
const chosen = BENCHMARKS.filter(
  ({ id }) => positionals.length === 0 || positionals.some((name) => id.startsWith(name)),
);
if (flags.help || chosen.length === 0) {
  console.log(USAGE);
  process.exit(flags.help ? 0 : 2);
}

const baselines = await readBaselines();
if (chosen.some(({ needsBuild }) => needsBuild))
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
const results: BenchmarkResult[] = [];
for (const benchmark of chosen) results.push(await runBenchmark(benchmark));
const measurements = results.flatMap((result) => ('measurements' in result ? result.measurements : []));
const comparable = baselines.machine === machineKind();
console.log(table(results, (name) => (comparable ? baselines.values[name] : undefined)));
console.log(
  `\n${machineKind()}${comparable ? '' : `; not compared with the baselines, which are from ${baselines.machine}`}`,
);
if (flags.update) await writeBaselines(baselines, measurements);
if (flags.strict && !measurements.every(withinBudget)) process.exitCode = 1;
