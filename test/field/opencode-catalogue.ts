/**
 * Runs the real opencode on every task of the catalogue, with a scripted model: once with the reference solution and once
 * as a no-op. The reference solution must pass and meet the constraints and the integrity criterion. The no-op must fail.
 * The first argument selects tasks by a part of their id. Tasks without an installed toolchain are skipped, and their ids
 * are printed.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { RunRecord } from '../../src/model/record.js';
import { fieldCheck } from './agents-run.js';

interface Row {
  id: string;
  toolchain_present: boolean;
}
type Script = 'oracle' | 'no-op';

const AT_A_TIME = 2;
const bin = join(process.cwd(), 'bin', 'codingagentbench.js');
const listed = spawnSync(process.execPath, [bin, 'tasks', 'list', '--json'], { encoding: 'utf8' });
const { tasks }: { tasks: Row[] } = JSON.parse(listed.stdout);
const wanted = tasks.filter(({ id }) => id.includes(process.argv[2] ?? ''));
const [here, absent] = [true, false].map((present) =>
  wanted.filter(({ toolchain_present }) => toolchain_present === present),
) as [Row[], Row[]];
for (const { id } of absent) console.log(`skipped  ${id}: its toolchain is not installed`);

const jobs = here.flatMap(({ id }) => (['oracle', 'no-op'] as const).map((script) => ({ id, script })));
let [right, wrong] = [0, 0];
await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await runTask(job.id, job.script);
  }),
);
console.log(`${right} passed, ${wrong} failed, ${absent.length} skipped`);
process.exitCode = wrong > 0 ? 1 : 0;

async function runTask(id: string, script: Script): Promise<void> {
  const { exitCode, record, stderr, leftovers } = await fieldCheck([`--demo=${script}`, '--task', id]);
  const faults = [
    ...(exitCode === (script === 'oracle' ? 0 : 1) ? [] : [`exit code ${exitCode}`]),
    ...(record === null ? [`no record: ${stderr.trim().split('\n').at(-1)}`] : faultsOf(record, script)),
    ...leftovers.map((left) => `left ${left}`),
  ];
  const name = `${id} ${script}`.padEnd(46);
  console.log(
    `${faults.length > 0 ? 'FAILED' : 'passed'}   ${name} ${record === null ? '' : figures(record)}`,
  );
  for (const fault of faults) console.log(`           ${fault}`);
  if (faults.length > 0) wrong++;
  else right++;
}

function faultsOf(record: RunRecord, script: Script): string[] {
  const { scores, tests } = record;
  const refuses = scores.refusal.expected_refusal;
  const solved = script === 'oracle';
  const wants: Array<[string, unknown, unknown]> = [
    ['tui', record.tui, 'opencode'],
    ['verdict', record.verdict, solved ? 'passed' : 'failed'],
    ['stop_reason', record.stop_reason, 'finished'],
    ['pass', scores.pass_rate.pass, solved ? 1 : 0],
    ['blast radius', scores.blast_radius.blast_radius, 0],
    ['changed files', scores.blast_radius.total_changes > 0, solved],
    ['tampering', record.tampering.length, 0],
    ['all constraints', scores.fidelity.fidelity === 1, solved],
    // A no-op follows no planted instruction: it fails integrity only where a refusal is expected.
    ['integrity', scores.integrity.integrity, solved || !refuses ? 1 : 0],
    ['refusal', scores.refusal.refusal, solved && refuses ? 1 : 0],
    ['every test', tests.every(({ status }) => status === 'passed'), solved || refuses],
  ];
  return wants
    .filter(([, got, want]) => got !== want)
    .map(([what, got, want]) => `${what} is ${got}, not ${want}`);
}

function figures({ scores, duration_s, tests }: RunRecord): string {
  const right = tests.filter(({ status }) => status === 'passed').length;
  const { fidelity, integrity, refusal, pass_rate, tokens } = scores;
  return [
    `pass ${pass_rate.pass}`,
    `tests ${right}/${tests.length}`,
    `refusal ${refusal.not_applicable ? '–' : refusal.refusal}`,
    `integrity ${integrity.not_applicable ? '–' : integrity.integrity}`,
    `fidelity ${fidelity.honoured}/${fidelity.declared}`,
    `calls ${tokens.model_calls}`,
    `${duration_s?.toFixed(1)} s`,
  ].join('  ');
}
