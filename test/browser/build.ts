import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds the script and style of the pages. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: 'inherit',
  });
}
