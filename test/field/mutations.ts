import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Real packages of different languages, as their registries publish them: each must yield five tasks, and the same
 * bytes from the same seed. A package whose client is not here is skipped by name; an
 * argument picks packages by a part of their name.
 */
const BIN = join(process.cwd(), 'bin', 'codingagentbench.js');
const COUNT = 5;
const SEED = '11';

interface Package {
  name: string;
  /** The client that fetches it. */
  client: string;
  /** Leaves the published source in `dir/source`, with what the tests need. */
  fetch(dir: string): void;
  test: string;
}

const PACKAGES: readonly Package[] = [
  {
    name: 'minimist (JavaScript, npm)',
    client: 'npm',
    fetch(dir) {
      sh(dir, 'npm pack --silent minimist@1.2.8 && tar xzf minimist-1.2.8.tgz');
      renameSync(join(dir, 'package'), join(dir, 'source'));
      commit(join(dir, 'source'));
      sh(
        join(dir, 'source'),
        'npm install --silent --no-save --ignore-scripts --no-audit --no-fund tape@5.6.3',
      );
    },
    test: "npx --no-install tape 'test/**/*.js'",
  },
  {
    name: 'boltons (Python, PyPI)',
    client: 'pip',
    fetch(dir) {
      sh(
        dir,
        'pip download --quiet --no-deps --no-binary :all: boltons==25.0.0 && tar xzf boltons-25.0.0.tar.gz',
      );
      renameSync(join(dir, 'boltons-25.0.0'), join(dir, 'source'));
      commit(join(dir, 'source'));
    },
    // Its conftest.py is for an older pytest.
    test: 'python3 -m pytest --noconftest tests/test_iterutils.py tests/test_dictutils.py tests/test_setutils.py tests/test_strutils.py',
  },
  {
    name: 'strsim (Rust, crates.io)',
    client: 'cargo',
    fetch(dir) {
      sh(dir, 'cargo init --quiet --name fetcher --vcs none fetcher');
      sh(join(dir, 'fetcher'), 'cargo add --quiet strsim@=0.11.1 && cargo vendor --quiet > /dev/null');
      cpSync(join(dir, 'fetcher/vendor/strsim'), join(dir, 'source'), { recursive: true });
      commit(join(dir, 'source'));
    },
    test: 'cargo test --offline',
  },
  {
    name: 'Masterminds/semver (Go, module proxy)',
    client: 'go',
    fetch(dir) {
      mkdirSync(join(dir, 'fetcher'));
      sh(join(dir, 'fetcher'), 'go mod init fetcher');
      const said = sh(join(dir, 'fetcher'), 'go mod download -json github.com/Masterminds/semver/v3@v3.3.1');
      const { Dir }: { Dir: string } = JSON.parse(said);
      cpSync(Dir, join(dir, 'source'), { recursive: true });
      for (const path of ['.', ...readdirSync(join(dir, 'source'), { recursive: true, encoding: 'utf8' })]) {
        chmodSync(join(dir, 'source', path), 0o755);
      }
      commit(join(dir, 'source'));
    },
    test: 'go test ./...',
  },
  {
    name: 'cJSON (C, Debian)',
    client: 'apt-get',
    fetch(dir) {
      mkdirSync(join(dir, 'lists/partial'), { recursive: true });
      const key = '/usr/share/keyrings/debian-archive-keyring.gpg';
      writeFileSync(
        join(dir, 'src.list'),
        `deb-src [signed-by=${key}] http://deb.debian.org/debian bookworm main\n`,
      );
      const own = `-qq -o Dir::Etc::SourceList=${dir}/src.list -o Dir::Etc::SourceParts=/nonexistent -o Dir::State::Lists=${dir}/lists`;
      sh(dir, `apt-get ${own} update && apt-get ${own} source --only-source cjson`);
      const [tree = ''] = readdirSync(dir).filter((name) => /^cjson-\d/.test(name));
      renameSync(join(dir, tree), join(dir, 'source'));
      rmSync(join(dir, 'source/.pc'), { recursive: true, force: true });
      commit(join(dir, 'source'));
    },
    test: 'cmake -S . -B build > /dev/null && cmake --build build > /dev/null && ctest --test-dir build',
  },
];

const dir = mkdtempSync(join(tmpdir(), 'cab-field-mutations-'));
let [right, wrong, skipped] = [0, 0, 0];
try {
  const wanted = process.argv[2] ?? '';
  for (const [index, each] of PACKAGES.entries()) {
    if (each.name.includes(wanted)) check(each, join(dir, String(index)));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${right} passed, ${wrong} failed, ${skipped} skipped`);
process.exitCode = wrong > 0 ? 1 : 0;

function check({ name, client, fetch, test }: Package, place: string): void {
  if (spawnSync(client, ['--help'], { stdio: 'ignore' }).error) {
    console.log(`skipped  ${name}: there is no ${client} here`);
    skipped++;
    return;
  }
  mkdirSync(place, { recursive: true });
  fetch(place);
  const [first, second] = ['first', 'second'].map((out) => {
    const made = join(place, out);
    const args = [
      'tasks',
      'mutate',
      join(place, 'source'),
      '--test',
      test,
      '--seed',
      SEED,
      '--count',
      String(COUNT),
    ];
    const { status, stderr } = spawnSync(process.execPath, [BIN, ...args, '--out', made], {
      encoding: 'utf8',
    });
    if (status !== 0) console.log(stderr);
    return {
      status,
      tasks: status === 0 ? readdirSync(made).length : 0,
      digest: status === 0 ? digestOf(made) : '',
    };
  }) as [Made, Made];
  const fine = first.status === 0 && first.tasks >= COUNT && second.digest === first.digest;
  console.log(
    `${fine ? 'passed ' : 'FAILED '}  ${name}: ${first.tasks} tasks, ${second.digest === first.digest ? 'the same bytes' : 'other bytes'} the second time`,
  );
  if (fine) right++;
  else wrong++;
}

interface Made {
  status: number | null;
  tasks: number;
  digest: string;
}

/** Over every path and byte below a directory. */
function digestOf(root: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** A repository of one commit whose id depends on the files alone. */
function commit(tree: string): void {
  const at = '2026-01-01T00:00:00Z';
  const env = { ...process.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=field', '-c', 'user.email=field@localhost', ...args], {
      cwd: tree,
      env,
    });
  git('init', '--quiet');
  git('add', '--all', '--force');
  git('commit', '--quiet', '--message=As published');
}

function sh(cwd: string, command: string): string {
  return execFileSync('sh', ['-c', command], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
