import { readFileSync } from 'node:fs';

// Sums up what the gates and the test runner wrote, one JSON object a line; a run without tests has failed.
const rows = readFileSync(process.argv[2], 'utf8')
  .trim()
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const sum = (key) => rows.reduce((total, row) => total + (row[key] ?? 0), 0);
const ran = rows.some((row) => 'skipped' in row);
if (!ran) console.log('✖ the test runner reported nothing');
const failed = sum('failed') + (ran ? 0 : 1);
const skipped = sum('skipped');
console.log(`${sum('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
