import { readFileSync } from 'node:fs';

// Prints the counts of a JUnit file as a row for `count-results.mjs`; nothing when the file is incomplete.
const [, head] = /<testsuites\b([^>]*)>.*<\/testsuites>/s.exec(readFileSync(process.argv[2], 'utf8')) ?? [];
if (head !== undefined) {
  const count = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(head)?.[1]);
  const [tests, failed, skipped] = ['tests', 'failures', 'skipped'].map(count);
  console.log(JSON.stringify({ passed: tests - failed - skipped, failed, skipped }));
}
