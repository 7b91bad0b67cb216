// Compares the attack figures in SECURITY.md with those of the last runs, or with --write puts these in their place.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = 'SECURITY.md';
let text = readFileSync(FILE, 'utf8');
let stale = 0;
for (const tier of ['attacks', 'siege']) {
  const result = `node_modules/.cache/${tier}.md`;
  if (!existsSync(result)) {
    console.log(`${tier}: not run whole on this machine, so not compared`);
    continue;
  }
  const [from, to] = [`<!-- ${tier} -->\n\n`, `\n\n<!-- /${tier} -->`];
  const [start, end] = [text.indexOf(from) + from.length, text.indexOf(to)];
  if (start < from.length || end < start) throw new Error(`${FILE} has no place for ${tier}`);
  const now = readFileSync(result, 'utf8');
  if (text.slice(start, end) === now) continue;
  stale += 1;
  text = text.slice(0, start) + now + text.slice(end);
}
if (process.argv.includes('--write')) writeFileSync(FILE, text);
else if (stale > 0) {
  console.error(
    `${FILE} has other attack figures than the last run; \`node build/attack-numbers.mjs --write\` renews them.`,
  );
  process.exit(1);
}
