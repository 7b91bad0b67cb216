import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGES, type Package } from './real-packages.js';

/**
 * Real packages of different languages, as their registries publish them: each must yield five tasks that climb the
 * ladder, tickets that give nothing away, and the same bytes from the same seed. A package whose client is not here is
 * skipped by name; an argument picks packages by a part of their name.
 */
const BIN = join(process.cwd(), 'bin', 'codingagentbench.js');
const COUNT = 5;
const SEED = '11';

const dir = mkdtempSync(join(tmpdir(), 'cab-field-mutations-'));
let [right, wrong, skipped] = [0, 0, 0];
try {
  const wanted = process.argv[2] ?? '';
  for (const [index, each] of PACKAGES.entries()) {
    if (each.name.includes(wanted)) check(each, join(dir, String(index)));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${right} passed, ${wrong} failed, ${skipped} skipped`);
process.exitCode = wrong > 0 ? 1 : 0;

function check({ name, client, fetch, test }: Package, place: string): void {
  if (spawnSync(client, ['--help'], { stdio: 'ignore' }).error) {
    console.log(`skipped  ${name}: there is no ${client} here`);
    skipped++;
    return;
  }
  mkdirSync(place, { recursive: true });
  fetch(place);
  const startMs = performance.now();
  const [first, second] = [mutate(place, 'first', test), mutate(place, 'second', test)];
  const faults = [
    ...(first.length < COUNT ? [`${first.length} tasks`] : []),
    ...(digestOf(join(place, 'first')) === digestOf(join(place, 'second'))
      ? []
      : ['other bytes the second time']),
    ...(first.length > 0 && cli(place, 'tasks', 'validate', 'first') !== 0 ? ['not all are valid'] : []),
    ...first.flatMap((task) => leaksOf(join(place, 'first', task)).map((leak) => `${task} tells ${leak}`)),
  ];
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  const said =
    faults.length > 0 ? faults.join('; ') : `${first.length} valid tasks, ${second.length} the same again`;
  console.log(`${faults.length > 0 ? 'FAILED' : 'passed'}   ${name}: ${said} (${minutes} min)`);
  if (faults.length > 0) wrong++;
  else right++;
}

/** Names of the tasks made. */
function mutate(place: string, out: string, test: string): string[] {
  const made = join(place, out);
  const how = ['--test', test, '--seed', SEED, '--count', String(COUNT), '--out', out];
  cli(place, 'tasks', 'mutate', 'source', ...how);
  mkdirSync(made, { recursive: true });
  return readdirSync(made).sort();
}

/** Runs the program; what it says is shown when it fails. Returns its exit code. */
function cli(cwd: string, ...args: string[]): number | null {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) console.log(`${stderr}${stdout}`);
  return status;
}

/** What a ticket must not tell: the change, and what kind of change it is. */
function leaksOf(task: string): string[] {
  const { file, line, operator }: { file: string; line: number; operator: string } = JSON.parse(
    readFileSync(join(task, 'solution/mutation.json'), 'utf8'),
  );
  const ticket = readFileSync(join(task, 'instruction.md'), 'utf8');
  const changed = [join(task, 'solution/original'), join(task, 'environment/workspace', file)].map(
    (source) => readFileSync(source, 'utf8').split('\n')[line - 1]?.trim() ?? '',
  );
  return [...changed.filter((text) => text.length >= 8), operator].filter((secret) =>
    ticket.includes(secret),
  );
}

/** Over every path, mode, link and byte below a directory. */
function digestOf(root: string): string {
  const hash = createHash('sha256');
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const [file, stat] = [join(root, path), lstatSync(join(root, path))];
    hash.update(`${path}\0${stat.mode}\0`);
    if (stat.isSymbolicLink()) hash.update(readlinkSync(file));
    else if (stat.isFile()) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}
