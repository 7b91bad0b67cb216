import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Skip } from './figure.js';

/** The checkout; `npm run` starts its scripts there. */
export const ROOT = process.cwd();
export const BIN = join(ROOT, 'bin', 'codingagentbench.js');

/** The user's own environment, which every Node start pays for, without what `npm run` adds to it. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|XDG_|CAB_|CI$|NODE_ENV$|INIT_CWD$)/.test(name)),
);

/** Lends `work` a home and a temp dir of a user who has nothing, and takes them away after it. */
export async function withVisitor<T>(
  work: (visitor: { dir: string; env: NodeJS.ProcessEnv }) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'cab-bench-'));
  const [home, temp] = [join(dir, 'home'), join(dir, 'tmp')];
  for (const made of [home, temp]) mkdirSync(made);
  try {
    return await work({ dir, env: { ...inherited, HOME: home, TMPDIR: temp, TERM: 'xterm-256color' } });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The command on a terminal of its own. Errors: `Skip` where there is no util-linux `script` to make one. */
export function onTerminal(command: readonly string[]): string[] {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' });
  } catch {
    throw new Skip('no util-linux `script` to make a terminal with');
  }
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return ['script', '--quiet', '--return', '--command', `stty cols 100 rows 30; exec ${words}`, '/dev/null'];
}
