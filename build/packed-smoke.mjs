// Packs the package and runs the tarball with npx, like a user: from an empty directory, with an empty npm cache.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAX_PACKED_BYTES = 1_000_000;
const dir = mkdtempSync(join(tmpdir(), 'cab-packed-'));
const run = (command, args, options = {}) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });

try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', dir]));
  const tarball = join(dir, packed.filename);
  const { size } = statSync(tarball);
  if (size > MAX_PACKED_BYTES) throw new Error(`${size} bytes packed; at most ${MAX_PACKED_BYTES}`);

  const empty = join(dir, 'empty');
  const home = join(dir, 'home');
  for (const folder of [empty, home]) mkdirSync(folder);
  const env = {
    ...process.env,
    npm_config_cache: join(dir, 'npm-cache'),
    XDG_DATA_HOME: join(dir, 'data'),
    // Keeps installed agents between two runs of this script.
    XDG_CACHE_HOME: join(process.cwd(), 'node_modules', '.cache', 'tests'),
    TMPDIR: home,
  };
  const npx = (...args) => run('npx', ['--yes', `file:${tarball}`, ...args], { cwd: empty, env });

  const version = npx('--version').trim();
  const wanted = JSON.parse(run('npm', ['pkg', 'get', 'version']));
  if (version !== wanted) throw new Error(`--version printed ${version}, not ${wanted}`);
  if (!npx('check', '--help').includes('check --demo')) throw new Error('--help shows no example');
  const record = JSON.parse(npx('check', '--demo', '--json'));
  if (record.verdict !== 'passed') throw new Error(`the demo ended ${record.verdict}: ${record.explanation}`);
  console.log(`packed ${size} bytes; npx ran ${version} and its demo: ${record.verdict}`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
