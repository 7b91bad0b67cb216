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
