import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findOnPath } from '../../../src/host/find-on-path.js';
import { resolveToolchain, TOOLCHAINS } from '../../../src/host/toolchains.js';
import { named } from '../../needs.js';
import { scratchDir } from '../tasks/scratch.js';
import { testHost } from './test-host.js';

const scratch = scratchDir();
const host = testHost();

/** A directory with one executable script in it. */
function binWith(dir: string, name: string, script: string): string {
  const bin = join(scratch, dir);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  return bin;
}

for (const { id, title, bins } of TOOLCHAINS) {
  const resolved = await resolveToolchain(id, host);
  const missing = resolved.ok ? null : resolved.detail;
  test.skipIf(missing)(
    named(`${title}: the found binaries run with an empty HOME and without shims`, missing),
    () => {
      if (!resolved.ok) throw new Error(resolved.detail);
      const home = join(scratch, `home of ${id}`);
      mkdirSync(home);
      const env = { HOME: home, PATH: [...resolved.binDirs, '/usr/bin', '/bin'].join(':') };
      for (const bin of bins) {
        const question = bin === 'go' ? 'version' : '--version';
        expect(execFileSync(bin, [question], { env, encoding: 'utf8' })).not.toBe('');
      }
      for (const path of [...resolved.binDirs, ...resolved.readableRoots])
        expect(existsSync(path), path).toBe(true);
      expect(resolved.readableRoots).not.toContain('/usr');
    },
  );
}

test('the probes leave nothing in the home', async () => {
  const home = join(scratch, 'asked home');
  mkdirSync(home);
  // Without this, rustup creates a directory in HOME.
  const RUSTUP_HOME = join(homedir(), '.rustup');
  const { XDG_CONFIG_HOME: _, XDG_CACHE_HOME: __, ...inherited } = process.env;
  for (const { id } of TOOLCHAINS)
    await resolveToolchain(id, { ...host, env: { RUSTUP_HOME, ...inherited, HOME: home } });
  expect(readdirSync(home, { recursive: true })).toEqual([]);
});

test('finds the real binaries behind a version manager’s shim', async () => {
  const real = binWith('sysroot/bin', 'rustc', 'echo real');
  binWith('sysroot/bin', 'cargo', 'echo real');
  const shims = binWith(
    'shims',
    'rustc',
    `[ "$2" = sysroot ] && echo '${join(scratch, 'sysroot')}' || echo 'rustc 9.9.9'`,
  );
  binWith('shims', 'cc', 'echo cc');
  expect(await resolveToolchain('rust', { ...host, env: { PATH: `${shims}:/usr/bin:/bin` } })).toMatchObject({
    ok: true,
    version: 'rustc 9.9.9',
    binDirs: [real, shims],
    readableRoots: [join(scratch, 'sysroot')],
  });
});

test('skips a compiler cache and finds the real compiler', async () => {
  const cache = binWith('caches', 'ccache', 'exit 0');
  symlinkSync('ccache', join(cache, 'cc'));
  const real = binWith('gcc-99/bin', 'cc', 'echo "cc 99.1"');
  mkdirSync(join(scratch, 'gcc-99', 'lib'));
  binWith('gcc-99/bin', 'make', 'exit 0');
  expect(
    await resolveToolchain('c', { ...host, env: { PATH: `${cache}:${real}:/usr/bin:/bin` } }),
  ).toMatchObject({
    ok: true,
    binDirs: [real],
    readableRoots: [real, join(scratch, 'gcc-99', 'lib')],
  });
});

test('does not expose the home for a compiler in the user’s bin directory', async () => {
  const bin = binWith('someone/bin', 'c++', 'echo 1');
  binWith('someone/bin', 'make', 'exit 0');
  mkdirSync(join(scratch, 'someone', '.ssh'));
  expect(await resolveToolchain('cpp', { ...host, env: { PATH: `${bin}:/bin` } })).toMatchObject({
    ok: true,
    readableRoots: [bin],
  });
});

test('rejects a compiler without headers', async () => {
  const bin = binWith(
    'headless',
    'cc',
    'case "$*" in *stdio.h*) echo "stdio.h: No such file or directory" >&2; exit 1;; esac',
  );
  expect(await resolveToolchain('c', { ...host, env: { PATH: `${bin}:/usr/bin:/bin` } })).toMatchObject({
    ok: false,
    detail: 'C: cc does not run (stdio.h: No such file or directory).',
  });
});

test('rejects a javac without a JDK', async () => {
  const bin = binWith('stub', 'javac', 'echo "javac 17"');
  expect(await resolveToolchain('java', { ...host, env: { PATH: `${bin}:/bin` } })).toMatchObject({
    ok: false,
    detail: 'Java: javac does not say where its JDK is.',
  });
});

const python = await resolveToolchain('python', host);
const noPython = python.ok ? null : python.detail;
test.skipIf(noPython)(named('finds the real interpreter of a virtual environment', noPython), async () => {
  const venv = join(scratch, 'venv');
  execFileSync('python3', ['-m', 'venv', '--without-pip', venv], { env: process.env });
  const inside = { ...host, env: { ...host.env, PATH: `${join(venv, 'bin')}:${process.env.PATH}` } };
  expect(await resolveToolchain('python', inside)).toEqual(python);
});

test.each([
  ['rust', 'there is no rustc on PATH'],
  ['python', 'there is no python3 on PATH'],
  ['go', 'there is no go on PATH'],
  ['java', 'there is no javac on PATH'],
  ['c', 'there is no cc on PATH'],
  ['cpp', 'there is no c++ on PATH'],
  ['cobol', 'There is no toolchain cobol'],
])('%s missing: reports the problem and a fix', async (id, detail) => {
  const resolved = await resolveToolchain(id, { ...host, env: { PATH: scratch } });
  expect(resolved).toMatchObject({
    ok: false,
    detail: expect.stringContaining(detail),
    fix: expect.stringMatching(/\w/),
  });
});

test('quotes the error of a failing tool', async () => {
  const bin = binWith('failing', 'python3', 'echo "pyenv: version 3.99 is not installed" >&2; exit 1');
  expect(await resolveToolchain('python', { ...host, env: { PATH: `${bin}:/usr/bin:/bin` } })).toMatchObject({
    ok: false,
    detail: 'Python: python3 does not run (pyenv: version 3.99 is not installed).',
  });
});

test('findOnPath returns the first executable and skips other files', async () => {
  const later = binWith('later', 'tool', 'exit 0');
  const plain = join(scratch, 'plain');
  mkdirSync(plain);
  writeFileSync(join(plain, 'tool'), '', { mode: 0o644 });
  symlinkSync('/nowhere', join(scratch, 'tool'));
  expect(findOnPath('tool', `:${plain}:${scratch}:${later}`)).toBe(join(later, 'tool'));
  expect(findOnPath('tool', plain)).toBeNull();
});
