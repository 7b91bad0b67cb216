import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentAdapter } from '../../../src/agents/adapter.js';
import { opencode } from '../../../src/agents/adapters/opencode.js';
import { findAgent, type InstallOptions, installFromRegistry } from '../../../src/agents/install.js';
import type { GoPin, NpmPin, PathPin, Pin, PipPin } from '../../../src/agents/pin.js';
import type { Host } from '../../../src/host/host.js';
import { PreflightError } from '../../../src/model/errors.js';
import { testHost } from '../host/test-host.js';

const native: NpmPin = {
  kind: 'npm',
  package: 'tiny-agent',
  version: '1.2.3',
  bins: ['tiny-broken/bin', 'tiny-good/bin'],
  runsOn: { kind: 'native' },
};
const onPip: PipPin = {
  kind: 'pip',
  package: 'tiny-agent',
  version: '1.2.3',
  script: 'tiny',
  sourceOnly: ['old-dep'],
  runsOn: { kind: 'python', atLeast: '3.11', below: '3.13' },
};
const onGo: GoPin = {
  kind: 'go',
  module: 'example.com/tiny',
  version: '1.2.3',
  bin: 'tiny',
  runsOn: { kind: 'native' },
};
const onPath: PathPin = {
  kind: 'path',
  version: '1.2.3',
  command: 'tiny-on-path',
  howToInstall: 'Install tiny from https://example.com.',
  runsOn: { kind: 'native' },
};

const agent = (...pins: [Pin, ...Pin[]]): AgentAdapter => ({ ...opencode, id: 'tiny', pins, switches: {} });

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'cab-acquire-')));
  mkdirSync(join(dir, 'bin'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A fake program on PATH: a test cannot use real registries. */
function put(name: string, script: string): string {
  const file = join(dir, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const host = (more: Partial<Host> = {}): Host =>
  testHost({
    cacheDir: join(dir, 'cache'),
    node: { path: process.execPath, version: '20.20.2' },
    env: { PATH: `${join(dir, 'bin')}:/usr/bin:/bin`, HOME: dir, PYENV_ROOT: join(dir, 'no-pyenv') },
    ...more,
  });

const options = (more: Partial<InstallOptions> = {}): InstallOptions => ({
  host: host(),
  signal: new AbortController().signal,
  onProgress: () => {},
  ...more,
});

async function install(adapter: AgentAdapter, more: Partial<InstallOptions> = {}) {
  const given = options(more);
  const status = await findAgent(adapter, given.host);
  if (status.state === 'installed') throw new Error('it is installed already');
  return installFromRegistry(adapter, status.pin, given);
}

const NPM_INSTALLS = `
while [ "$1" != --prefix ]; do shift; done
mkdir -p "$2/node_modules/tiny-broken" "$2/node_modules/tiny-good"
printf '#!/bin/sh\\nexit 132\\n' > "$2/node_modules/tiny-broken/bin"
printf '#!/bin/sh\\necho tiny 1.2.3.\\n' > "$2/node_modules/tiny-good/bin"
printf 'console.log("tiny on node", "7.8.9")\\n' > "$2/node_modules/tiny-good/cli.js"
chmod +x "$2"/node_modules/*/bin
echo '{"packages":{}}' > "$2/node_modules/.package-lock.json"`;

const leftovers = () =>
  readdirSync(join(dir, 'cache', 'agents', 'tiny')).filter((name) => name.startsWith('.'));

describe('from npm', () => {
  it('uses the first binary that starts, and finds it later without npm', async () => {
    put('npm', NPM_INSTALLS);
    const installed = await install(agent(native));
    const bin = join(dir, 'cache/agents/tiny/1.2.3/node_modules/tiny-good/bin');
    expect(installed).toEqual({
      command: [bin],
      version: '1.2.3',
      readable: [join(dir, 'cache/agents/tiny/1.2.3')],
    });
    put('npm', 'exit 1');
    expect(await findAgent(agent(native), host())).toEqual({
      state: 'installed',
      agent: installed,
      note: null,
    });
    expect(leftovers()).toEqual([]);
  });

  it('reports the total size at the end', async () => {
    put('npm', NPM_INSTALLS);
    const reports: Array<[number, boolean]> = [];
    await install(agent(native), { onProgress: (bytes, done) => reports.push([bytes, done]) });
    const [bytes = 0, done] = reports.at(-1) ?? [];
    expect(done).toBe(true);
    expect(bytes).toBeGreaterThan(100);
    expect(reports.filter(([, last]) => last)).toHaveLength(1);
  });

  it('runs a script with the Node that runs this program', async () => {
    put('npm', NPM_INSTALLS);
    const pin: NpmPin = { ...native, bins: ['tiny-good/cli.js'], runsOn: { kind: 'node', atLeast: '20.6' } };
    const { command, version } = await install(agent(pin));
    expect(command).toEqual([process.execPath, expect.stringContaining('tiny-good/cli.js')]);
    expect(version).toBe('7.8.9');
  });

  it('replaces a broken installation', async () => {
    put('npm', NPM_INSTALLS);
    const { command } = await install(agent(native));
    rmSync(command[0] ?? '');
    expect(await install(agent(native))).toMatchObject({ command });
    expect(leftovers()).toEqual([]);
  });

  it("reports npm's reason when the registry cannot be reached, and leaves nothing behind", async () => {
    put('npm', 'echo "npm error code ENOTFOUND" >&2; echo "npm error network request failed" >&2; exit 1');
    const failure = await install(agent(native)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PreflightError);
    expect(failure).toMatchObject({
      code: 'preflight.agent_install',
      message: 'tiny-agent@1.2.3 could not be installed: code ENOTFOUND; network request failed.',
      fix: expect.stringContaining('The npm registry cannot be reached from here'),
    });
    expect(await findAgent(agent(native), host())).toMatchObject({ state: 'to_install' });
    expect(leftovers()).toEqual([]);
  });

  it('stops npm and its child processes after the timeout', async () => {
    put('npm', `sleep 61.${process.pid} & wait`);
    await expect(install(agent(native), { timeoutMs: 200 })).rejects.toThrow(
      'npm did not finish within 0.2 s',
    );
    expect(leftovers()).toEqual([]);
  });

  it('stops when the user aborts', async () => {
    put('npm', 'exec sleep 60');
    const user = new AbortController();
    setTimeout(() => user.abort('enough'), 100);
    await expect(install(agent(native), { signal: user.signal })).rejects.toBe('enough');
    expect(leftovers()).toEqual([]);
  });

  it('reports a missing npm, and a package without a binary for this machine', async () => {
    put(
      'npm',
      `while [ "$1" != --prefix ]; do shift; done
mkdir "$2/node_modules"; echo '{"packages":{}}' > "$2/node_modules/.package-lock.json"`,
    );
    await expect(install(agent(native))).rejects.toThrow(/has no binary for this machine/);
    await expect(
      install(agent(native), { host: host({ env: { PATH: join(dir, 'nowhere') } }) }),
    ).rejects.toThrow('npm is not on PATH');
  });

  it('removes only the staging directories of killed installations', async () => {
    put('npm', NPM_INSTALLS);
    const home = join(dir, 'cache', 'agents', 'tiny');
    mkdirSync(join(home, '.staging-999999999-dead'), { recursive: true });
    mkdirSync(join(home, `.staging-${process.pid}-mine`));
    await install(agent(native));
    expect(leftovers()).toEqual([`.staging-${process.pid}-mine`]);
  });
});

describe('the choice of a pin', () => {
  const newer: NpmPin = { ...native, version: '2.0.0', runsOn: { kind: 'node', atLeast: '22.19.0' } };
  const older: NpmPin = { ...native, runsOn: { kind: 'node', atLeast: '20.6.0' } };

  it('is the newest one for this Node, with the reason against a newer one', async () => {
    expect(await findAgent(agent(newer, older), host())).toEqual({
      state: 'to_install',
      pin: older,
      registry: 'the npm registry',
      note: '2.0.0 needs Node 22.19.0 or later, and this is 20.20.2',
    });
    const node = { path: process.execPath, version: '22.19.0' };
    expect(await findAgent(agent(newer, older), host({ node }))).toMatchObject({ pin: newer, note: null });
  });

  it('fails with the reason before any download', async () => {
    put('npm', 'touch "$HOME/asked"');
    await expect(findAgent(agent(newer), host())).rejects.toMatchObject({
      code: 'preflight.agent_unfit',
      message: 'tiny cannot be installed here: 2.0.0 needs Node 22.19.0 or later, and this is 20.20.2.',
    });
    expect(readdirSync(dir)).toEqual(['bin']);
  });
});

describe('from PATH', () => {
  it('uses the program on PATH, and notes its path', async () => {
    const bin = put('tiny-on-path', 'echo tiny 3.4.5-rc.1');
    expect(await findAgent(agent(onPath), host())).toEqual({
      state: 'installed',
      agent: { command: [bin], version: '3.4.5-rc.1', readable: [join(dir, 'bin')] },
      note: `${bin}, from PATH`,
    });
  });

  it('says how to install a missing program', async () => {
    await expect(findAgent(agent(onPath), host())).rejects.toMatchObject({
      message: 'tiny cannot be installed here: there is no tiny-on-path on PATH.',
      fix: onPath.howToInstall,
    });
  });
});

describe('from the Go module proxy', () => {
  it('builds without cgo and keeps only the binary', async () => {
    put(
      'go',
      `[ "$CGO_ENABLED $GOFLAGS" = "0 -modcacherw" ] && [ "$*" = "install example.com/tiny@v1.2.3" ] || exit 9
mkdir -p "$GOBIN" "$GOMODCACHE" && printf '#!/bin/sh\\necho tiny version v1.2.3\\n' > "$GOBIN/tiny" && chmod +x "$GOBIN/tiny"`,
    );
    const { command, version } = await install(agent(onGo));
    expect(version).toBe('1.2.3');
    const root = join(dir, 'cache/agents/tiny/1.2.3');
    expect(command).toEqual([join(root, 'bin/tiny')]);
    expect(readdirSync(root).sort()).toEqual(['bin', 'install.json']);
  });

  it("reports go's reason, and names the proxy when it cannot be reached", async () => {
    put('go', 'echo "go: example.com/tiny@v1.2.3: dial tcp: lookup proxy: no such host" >&2; exit 1');
    await expect(install(agent(onGo))).rejects.toMatchObject({
      message: expect.stringContaining('dial tcp: lookup proxy: no such host'),
      fix: expect.stringContaining('The Go module proxy cannot be reached'),
    });
  });

  it('needs Go', async () => {
    const bare = host({ env: { PATH: join(dir, 'bin') } });
    await expect(findAgent(agent(onGo), bare)).rejects.toMatchObject({
      fix: 'Install Go (https://go.dev/dl).',
    });
  });
});

describe('from the Python package index', () => {
  /** A fake Python of that version; its `-m venv` makes an environment with the same fake. */
  const PYTHON = (version: string) => `
case "$*" in
  *platform*) echo ${version} ;;
  "-m venv "*) mkdir -p "$3/bin"; echo "home = ${'$'}(dirname "$0")" > "$3/pyvenv.cfg"; cp "$0" "$3/bin/python" ;;
  "-m pip install "*) echo "$*" > "$(dirname "$0")/pip-args"; echo 'from tiny import main' > "$(dirname "$0")/tiny" ;;
  */bin/tiny*) echo tiny 1.2.3 ;;
  *) exit 9 ;;
esac`;

  it('makes an environment with the newest suitable Python', async () => {
    put('python3.11', PYTHON('3.11.7'));
    put('python3.12', PYTHON('3.12.1'));
    put('python3', PYTHON('3.14.0'));
    const { command, version, readable } = await install(agent(onPip), {
      host: host({
        env: { PATH: `${join(dir, 'bin')}:/usr/bin:/bin`, HOME: dir, PYENV_ROOT: join(dir, 'none') },
      }),
    });
    const venv = join(dir, 'cache/agents/tiny/1.2.3/venv');
    expect(command).toEqual([join(venv, 'bin/python'), join(venv, 'bin/tiny')]);
    expect(version).toBe('1.2.3');
    expect(readable).toEqual([join(dir, 'cache/agents/tiny/1.2.3'), dir]);
  });

  it('needs a suitable Python, or uv', async () => {
    put('python3', PYTHON('3.14.0'));
    const bare = host({ env: { PATH: join(dir, 'bin'), HOME: dir } });
    await expect(findAgent(agent(onPip), bare)).rejects.toMatchObject({
      message:
        'tiny cannot be installed here: 1.2.3 needs Python 3.11 or later, before 3.13, and there is none.',
    });
    put('uv', 'exit 0');
    expect(await findAgent(agent(onPip), bare)).toMatchObject({ state: 'to_install', pin: onPip });
  });

  it("finds a failed connection in pip's warnings", async () => {
    put(
      'python3.11',
      `case "$*" in
  *platform*) echo 3.11.7 ;;
  "-m venv "*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  *) echo "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/tiny/" >&2
     echo "ERROR: No matching distribution found for tiny-agent==1.2.3" >&2; exit 1 ;;
esac`,
    );
    await expect(install(agent(onPip))).rejects.toMatchObject({
      message:
        'tiny-agent==1.2.3 could not be installed: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution.',
      fix: expect.stringContaining('The Python package index cannot be reached'),
    });
  });

  it('uses uv when it is available, with wheels except for source-only packages', async () => {
    put(
      'uv',
      `case "$*" in
  "venv --python >=3.11,<3.13 "*) mkdir -p "$4/bin"; echo "home = /usr/bin" > "$4/pyvenv.cfg" ;;
  "pip install --python "*" --only-binary :all: --no-binary old-dep tiny-agent==1.2.3")
    printf '#!/bin/sh\\necho tiny 1.2.3\\n' > "$4/bin/python"; chmod +x "$4/bin/python"; touch "$4/bin/tiny" ;;
  *) exit 9 ;;
esac`,
    );
    expect(await install(agent(onPip))).toMatchObject({ version: '1.2.3' });
  });
});
