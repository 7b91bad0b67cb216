import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { machineKind, readBaselines, writeBaselines } from './baselines.js';
import { cell } from './cell.js';
import { type Figure, Skip, withinBudget } from './figure.js';
import { longRun } from './long-run.js';
import { meterFlatOut } from './meter-flat-out.js';
import { meterMemory } from './meter-memory.js';
import { meterPaced } from './meter-paced.js';
import { npxCold } from './npx-cold.js';
import { savedRun } from './saved-run.js';
import { startUp } from './start-up.js';
import { type Outcome, table } from './table.js';

const FIGURES: readonly Figure[] = [
  meterPaced,
  meterFlatOut,
  meterMemory,
  startUp,
  npxCold,
  cell,
  longRun,
  savedRun,
];

const USAGE = `npm run bench -- [FIGURE …] [--strict] [--update]
  FIGURE    the beginning of a figure's name: ${FIGURES.map(({ id }) => id).join(', ')}
  --strict  exit 1 when a figure is over its budget
  --update  keep what was measured as the baseline`;

async function outcomeOf(figure: Figure): Promise<Outcome> {
  process.stderr.write(`${figure.id} …\n`);
  try {
    return { id: figure.id, rows: await figure.measure() };
  } catch (error) {
    if (error instanceof Skip) return { id: figure.id, skipped: error.message };
    throw error;
  }
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { strict: { type: 'boolean' }, update: { type: 'boolean' }, help: { type: 'boolean' } },
});
const chosen = FIGURES.filter(
  ({ id }) => positionals.length === 0 || positionals.some((name) => id.startsWith(name)),
);
if (flags.help || chosen.length === 0) {
  console.log(USAGE);
  process.exit(flags.help ? 0 : 2);
}

const baselines = await readBaselines();
if (chosen.some(({ needsBuild }) => needsBuild))
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
const outcomes: Outcome[] = [];
for (const figure of chosen) outcomes.push(await outcomeOf(figure));
const rows = outcomes.flatMap((outcome) => ('rows' in outcome ? outcome.rows : []));
const comparable = baselines.machine === machineKind();
console.log(table(outcomes, (name) => (comparable ? baselines.values[name] : undefined)));
console.log(
  `\n${machineKind()}${comparable ? '' : `; the baselines are of ${baselines.machine} and not compared`}`,
);
if (flags.update) await writeBaselines(baselines, rows);
if (flags.strict && !rows.every(withinBudget)) process.exitCode = 1;
