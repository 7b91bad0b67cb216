import { readFileSync } from 'node:fs';

// Adds up the counts that the checks and test runs of `.ci/run` wrote, one JSON object in each line. A test run without
// counts has failed.
const [file, wantedRuns] = process.argv.slice(2);
const rows = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const sum = (key) => rows.reduce((total, row) => total + (row[key] ?? 0), 0);
const silent = Number(wantedRuns) - rows.filter((row) => 'skipped' in row).length;
if (silent > 0) console.log(`✖ ${silent} of ${wantedRuns} test runs reported nothing`);
const failed = sum('failed') + silent;
const skipped = sum('skipped');
console.log(`${sum('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
