import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The environment of a machine that has Node, npm, git and a shell, and nothing else: the same wherever this runs. */
export function plainMachine(dir: string): Record<string, string> {
  const bin = join(dir, 'plain-bin');
  mkdirSync(bin);
  for (const name of ['git', 'npm', 'sh']) {
    const found = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    symlinkSync(realpathSync(found), join(bin, name));
  }
  symlinkSync(process.execPath, join(bin, 'node'));
  const nowhere = join(dir, 'nowhere');
  return { PATH: bin, XDG_CACHE_HOME: nowhere, RUSTUP_HOME: nowhere, PYENV_ROOT: nowhere };
}

/** Checks whose answer depends on which Node runs them, or on the kernel's sandboxes; left out of a recording. */
const OF_NODE_OR_KERNEL = [
  'Node.js',
  'npm',
  'TypeScript',
  'Sandbox',
  'qwen-code',
  'pi',
  'polyglot/ts-zero-limit',
];

/** Printed lines without those: each with what hangs below it, deeper than its own mark. */
export function withoutNodeAndKernel(text: string): string {
  const kept: string[] = [];
  let dropping = false;
  for (const line of text.split('\n')) {
    const [, name = ''] = /^ {1,3}(?:\S )?(\S+?):?(?: |$)/.exec(line) ?? [];
    if (OF_NODE_OR_KERNEL.includes(name)) dropping = true;
    else if (!/^ {9,}\S/.test(line)) dropping = false;
    if (!dropping) kept.push(line);
  }
  return kept.join('\n').replace(/with \d+ warnings?/, 'with N warnings');
}
