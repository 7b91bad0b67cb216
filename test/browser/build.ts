import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The pages' script and style are a build of their own. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: 'inherit',
  });
}
