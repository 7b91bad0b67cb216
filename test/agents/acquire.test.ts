import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireAgent, findInstalled } from '../../src/agents/acquire.js';
import type { AgentAdapter } from '../../src/agents/adapter.js';
import { opencode } from '../../src/agents/opencode.js';
import { PreflightError } from '../../src/errors.js';

const agent: AgentAdapter = {
  ...opencode,
  id: 'tiny',
  acquire: {
    kind: 'npm',
    package: 'tiny-agent',
    version: '1.2.3',
    bins: ['tiny-broken/bin', 'tiny-good/bin'],
  },
};

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cab-acquire-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A stand-in for npm on PATH: the registry is the world, and out of reach in a test. */
function npmThat(script: string) {
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'npm'), 0o755);
  return {
    cacheDir: join(dir, 'cache'),
    env: { PATH: `${bin}:/usr/bin:/bin` },
    signal: new AbortController().signal,
    onProgress: () => {},
  };
}

const INSTALLS = `
while [ "$1" != --prefix ]; do shift; done
mkdir -p "$2/node_modules/tiny-broken" "$2/node_modules/tiny-good"
printf '#!/bin/sh\\nexit 132\\n' > "$2/node_modules/tiny-broken/bin"
printf '#!/bin/sh\\necho tiny 1.2.3\\n' > "$2/node_modules/tiny-good/bin"
chmod +x "$2"/node_modules/*/bin`;

const leftovers = () =>
  readdirSync(join(dir, 'cache', 'agents', 'tiny')).filter((name) => name.startsWith('.'));

describe('acquireAgent', () => {
  it('takes the first binary that starts, and finds it again without npm', async () => {
    const options = npmThat(INSTALLS);
    const installed = await acquireAgent(agent, options);
    expect(installed).toMatchObject({ version: '1.2.3' });
    expect(installed.bin).toContain(join('1.2.3', 'node_modules', 'tiny-good', 'bin'));
    expect(await findInstalled(agent, options.cacheDir)).toEqual(installed);
    expect(leftovers()).toEqual([]);
  });

  it("says in npm's words why the registry could not be reached, and leaves nothing half installed", async () => {
    const options = npmThat(
      'echo "npm error code ENOTFOUND" >&2; echo "npm error network request failed" >&2; exit 1',
    );
    const failure = await acquireAgent(agent, options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PreflightError);
    expect(failure).toMatchObject({
      code: 'preflight.agent_install',
      message: 'tiny-agent@1.2.3 could not be installed: code ENOTFOUND; network request failed.',
    });
    expect(String((failure as PreflightError).fix)).toContain('registry cannot be reached');
    expect(await findInstalled(agent, options.cacheDir)).toBeNull();
    expect(leftovers()).toEqual([]);
  });

  it('is stopped by its own limit when npm hangs', async () => {
    const options = { ...npmThat('exec sleep 60'), timeoutMs: 200 };
    await expect(acquireAgent(agent, options)).rejects.toThrow('npm did not finish within 0.2 s');
    expect(leftovers()).toEqual([]);
  });

  it('says so when there is no npm, and when no binary fits the machine', async () => {
    const options = npmThat('exit 0');
    await expect(acquireAgent(agent, options)).rejects.toThrow(/has no binary for this machine/);
    await expect(acquireAgent(agent, { ...options, env: { PATH: join(dir, 'nowhere') } })).rejects.toThrow(
      'npm is not on PATH',
    );
  });

  it('sweeps what a killed install left, and only that', async () => {
    const options = npmThat(INSTALLS);
    const home = join(options.cacheDir, 'agents', 'tiny');
    mkdirSync(join(home, '.staging-999999999-dead'), { recursive: true });
    mkdirSync(join(home, `.staging-${process.pid}-mine`));
    await acquireAgent(agent, options);
    expect(leftovers()).toEqual([`.staging-${process.pid}-mine`]);
  });
});
