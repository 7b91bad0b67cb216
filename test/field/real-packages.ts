import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package as its registry publishes it. */
export interface Package {
  name: string;
  /** The client that fetches it. */
  client: string;
  /** Leaves the published source in `dir/source`, with what the tests need. */
  fetch(dir: string): void;
  test: string;
}

export const PACKAGES: readonly Package[] = [
  {
    name: 'shell-quote (JavaScript, npm)',
    client: 'npm',
    fetch(dir) {
      sh(dir, 'npm pack --silent shell-quote@1.8.2 && tar xzf shell-quote-1.8.2.tgz');
      renameSync(join(dir, 'package'), join(dir, 'source'));
      commit(join(dir, 'source'));
      installApart(dir, 'tape@5.6.3');
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
    name: 'css-what (TypeScript, npm)',
    client: 'npm',
    fetch(dir) {
      sh(dir, 'npm pack --silent css-what@8.0.0 && tar xzf css-what-8.0.0.tgz');
      renameSync(join(dir, 'package'), join(dir, 'source'));
      // Made of the source when it was published.
      rmSync(join(dir, 'source/dist'), { recursive: true });
      commit(join(dir, 'source'));
      installApart(dir, 'vitest@3.2.4');
    },
    test: 'npx --no-install vitest run --reporter=verbose',
  },
  {
    name: 'json-simple (Java, Debian)',
    client: 'mvn',
    fetch(dir) {
      debianSource(dir, 'json-simple');
      // It keeps the pom.xml out that is published with it.
      rmSync(join(dir, 'source/.gitignore'), { force: true });
      commit(join(dir, 'source'));
      // Maven's plugins and JUnit, where the tests find them without network.
      sh(join(dir, 'source'), 'mvn -q -B -Dmaven.repo.local=vendor/maven test > /dev/null && rm -rf target');
    },
    test: 'mvn -o -B -Dmaven.repo.local=vendor/maven test',
  },
  {
    name: 'cJSON (C, Debian)',
    client: 'apt-get',
    fetch(dir) {
      debianSource(dir, 'cjson');
      commit(join(dir, 'source'));
    },
    test: 'cmake -S . -B build > /dev/null && cmake --build build > /dev/null && ctest --test-dir build',
  },
  {
    name: 'jsoncpp (C++, Debian)',
    client: 'apt-get',
    fetch(dir) {
      debianSource(dir, 'libjsoncpp');
      commit(join(dir, 'source'));
    },
    test: `cmake -S . -B build -DCMAKE_BUILD_TYPE=Debug -DJSONCPP_WITH_POST_BUILD_UNITTEST=OFF -DBUILD_SHARED_LIBS=OFF -DBUILD_OBJECT_LIBS=OFF > /dev/null &&
cmake --build build --target jsoncpp_test > /dev/null || exit 2
build/bin/jsoncpp_test > build/said; status=$?
sed -E 's/^Testing (.*): OK$/PASS \\1/; s/^Testing (.*): FAILED$/FAIL \\1/' build/said
exit $status`,
  },
];

/** Installs a test runner into `dir/source`, and nothing of all else that the package is developed with. */
function installApart(dir: string, runner: string): void {
  mkdirSync(join(dir, 'runner'));
  sh(join(dir, 'runner'), `npm install --silent --ignore-scripts --no-audit --no-fund ${runner}`);
  renameSync(join(dir, 'runner/node_modules'), join(dir, 'source/node_modules'));
}

/** Debian's patched source of a package, in `dir/source`. */
function debianSource(dir: string, name: string): void {
  mkdirSync(join(dir, 'lists/partial'), { recursive: true });
  const key = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(
    join(dir, 'src.list'),
    `deb-src [signed-by=${key}] http://deb.debian.org/debian bookworm main\n`,
  );
  const own = `-qq -o Dir::Etc::SourceList=${dir}/src.list -o Dir::Etc::SourceParts=/nonexistent -o Dir::State::Lists=${dir}/lists`;
  sh(dir, `apt-get ${own} update && apt-get ${own} source --only-source ${name}`);
  const [tree = ''] = readdirSync(dir).filter(
    (entry) => entry.startsWith(`${name}-`) && !entry.includes('.tar.'),
  );
  renameSync(join(dir, tree), join(dir, 'source'));
  for (const made of ['.pc', 'debian']) rmSync(join(dir, 'source', made), { recursive: true, force: true });
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
