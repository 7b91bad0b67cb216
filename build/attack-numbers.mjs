// Compares the attack figures in SECURITY.md with those of the last whole run, or with --write puts these in their place.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = 'SECURITY.md';
const RESULT = 'node_modules/.cache/attacks.md';
const [FROM, TO] = ['<!-- attacks -->\n\n', '\n\n<!-- /attacks -->'];

if (!existsSync(RESULT)) {
  console.log('The attacks were not run whole on this machine, or some got through: nothing is compared.');
  process.exit();
}
const text = readFileSync(FILE, 'utf8');
const [start, end] = [text.indexOf(FROM) + FROM.length, text.indexOf(TO)];
const now = readFileSync(RESULT, 'utf8');
if (process.argv.includes('--write')) writeFileSync(FILE, text.slice(0, start) + now + text.slice(end));
else if (text.slice(start, end) !== now) {
  console.error(
    `${FILE} has other attack figures than the last run; \`node build/attack-numbers.mjs --write\` renews them.`,
  );
  process.exit(1);
}
