import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Skip } from './benchmark.js';

/** The checkout: `npm run` starts its scripts there. */
export const ROOT = process.cwd();
export const BIN = join(ROOT, 'bin', 'codingagentbench.js');

/** The user's environment without the variables that `npm run` adds. Its size affects the start of Node. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|XDG_|CAB_|CI$|NODE_ENV$|INIT_CWD$)/.test(name)),
);

/** Runs `work` with an empty home and an empty temp dir, and removes them afterwards. */
export async function withCleanHome<T>(
  work: (cleanHome: { dir: string; env: NodeJS.ProcessEnv }) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'cab-bench-'));
  const [home, temp] = [join(dir, 'home'), join(dir, 'tmp')];
  for (const empty of [home, temp]) mkdirSync(empty);
  try {
    return await work({ dir, env: { ...inherited, HOME: home, TMPDIR: temp, TERM: 'xterm-256color' } });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Wraps a command so that it runs on a terminal of its own.
 *
 * @throws Skip without the program `script` of util-linux
 */
export function onTerminal(command: readonly string[]): string[] {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' });
  } catch {
    throw new Skip('the program `script` of util-linux is missing: it makes a terminal');
  }
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return ['script', '--quiet', '--return', '--command', `stty cols 100 rows 30; exec ${words}`, '/dev/null'];
}
