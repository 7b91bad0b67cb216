import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
/** What `npm run build` reads. Directories count too: a deleted file changes only its directory. */
const SOURCES = ['src', 'build', 'fixtures', 'tsup.config.ts', 'package.json', 'package-lock.json'];
const BUNDLE = 'dist/cli.js';
/** The build writes this file last. */
const LAST = 'THIRD-PARTY-NOTICES';

/** Builds the program, unless its sources are unchanged since the last build. Every test project needs the build. */
export default function setup(): void {
  if (isBuilt()) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

function isBuilt(): boolean {
  const built = changedAt(LAST);
  const bundled = changedAt(BUNDLE);
  if (built === 0 || bundled === 0 || bundled > built) return false;
  return SOURCES.every((source) => {
    const below = statSync(join(ROOT, source)).isDirectory()
      ? readdirSync(join(ROOT, source), { recursive: true, encoding: 'utf8' })
      : [];
    return [source, ...below.map((path) => join(source, path))].every((path) => changedAt(path) < built);
  });
}

/** Milliseconds since 1970; 0 where there is no such file. */
function changedAt(path: string): number {
  return statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
