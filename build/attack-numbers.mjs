// Compares the attack numbers in SECURITY.md with those of the last complete run. With --write, updates them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = 'SECURITY.md';
const RESULT = 'node_modules/.cache/attacks.md';
const [FROM, TO] = ['<!-- attacks -->\n\n', '\n\n<!-- /attacks -->'];

if (!existsSync(RESULT)) {
  console.log('Nothing to compare: on this machine the attacks did not run completely, or some succeeded.');
  process.exit();
}
const text = readFileSync(FILE, 'utf8');
const [start, end] = [text.indexOf(FROM) + FROM.length, text.indexOf(TO)];
const now = readFileSync(RESULT, 'utf8');
if (process.argv.includes('--write')) writeFileSync(FILE, text.slice(0, start) + now + text.slice(end));
else if (text.slice(start, end) !== now) {
  console.error(
    `The attack numbers in ${FILE} are not those of the last run; \`node build/attack-numbers.mjs --write\` updates them.`,
  );
  process.exit(1);
}
