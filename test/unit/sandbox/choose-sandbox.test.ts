import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOnPath } from '../../../src/host/find-on-path.js';
import { PreflightError } from '../../../src/model/errors.js';
import { type ChooseSandboxOptions, chooseSandbox } from '../../../src/sandbox/choose-sandbox.js';
import { adviseSandbox } from '../../../src/sandbox/sandbox-advice.js';
import { bubblewrap, named } from '../../needs.js';
import { testHost } from '../host/test-host.js';
import { openFixture, type SandboxFixture } from './sandbox-fixture.js';

const realBwrap = findOnPath('bwrap', process.env.PATH ?? '');

let fixture: SandboxFixture;
beforeAll(() => {
  fixture = openFixture();
});
afterAll(() => fixture.close());

function options({
  mode = 'auto',
  path = '',
  os = process.platform,
}: Partial<
  Pick<ChooseSandboxOptions, 'mode'> & { path: string; os: NodeJS.Platform }
>): ChooseSandboxOptions {
  return { mode, host: testHost({ ...fixture.host, os, env: { PATH: path } }) };
}

/** A directory for PATH with a fake `bwrap`. */
function fakeBwrap(name: string, script: string): string {
  const dir = join(fixture.root, name);
  mkdirSync(dir);
  writeFileSync(join(dir, 'bwrap'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, 'bwrap'), 0o755);
  return dir;
}

describe('chooseSandbox', () => {
  test('off: no sandbox, with a warning', async () => {
    const chosen = await chooseSandbox(options({ mode: 'off', path: process.env.PATH ?? '' }));
    expect(chosen.sandbox.kind).toBe('none');
    expect(chosen.warning).toMatch(/^The sandbox is off: the agent can read your files/);
  });

  test('auto without bwrap: no sandbox, with a warning that says how to install one', async () => {
    const chosen = await chooseSandbox(options({}));
    expect(chosen.sandbox).toMatchObject({ kind: 'none', directEgress: 'possible' });
    expect(chosen.warning).toMatch(
      /No sandbox, as bubblewrap \(bwrap\) is not on PATH: .* apt-get install bubblewrap/,
    );
  });

  test('required without bwrap: an error', async () => {
    const refused = chooseSandbox(options({ mode: 'required' }));
    await expect(refused).rejects.toBeInstanceOf(PreflightError);
    await expect(refused).rejects.toMatchObject({ code: 'preflight.no_sandbox', exitCode: 3 });
  });

  test('does not look for bubblewrap on macOS', async () => {
    const chosen = await chooseSandbox(options({ os: 'darwin', path: process.env.PATH ?? '' }));
    expect(chosen.detail).toBe('none: there is no /usr/bin/sandbox-exec');
  });

  test('attack: rejects a bwrap that confines nothing', async () => {
    const path = fakeBwrap('liar', 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"');
    const chosen = await chooseSandbox(options({ path }));
    expect(chosen.sandbox.kind).toBe('none');
    expect(chosen.detail).toMatch(/failed the checks.*protects other processes/);
  });

  test('attack: rejects a bwrap that prints nothing', async () => {
    const chosen = await chooseSandbox(options({ path: fakeBwrap('mute', 'exit 42') }));
    expect(chosen.sandbox.kind).toBe('none');
  });

  test('quotes the error of a bwrap that the kernel refuses', async () => {
    const path = fakeBwrap('refused', 'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1');
    const chosen = await chooseSandbox(options({ path }));
    expect(chosen.warning).toContain('bwrap: setting up uid map: Permission denied');
  });

  test('does not crash when bwrap cannot be executed', async () => {
    const path = fakeBwrap('broken', '');
    writeFileSync(join(path, 'bwrap'), '#!/no/such/shell\n');
    expect((await chooseSandbox(options({ path }))).sandbox.kind).toBe('none');
  });

  test.skipIf(bubblewrap)(
    named('the real bwrap: probed, no warning, no files left behind', bubblewrap),
    async () => {
      const before = readdirSync(fixture.root);
      const chosen = await chooseSandbox(options({ mode: 'required', path: process.env.PATH ?? '' }));
      expect(chosen).toMatchObject({
        sandbox: { kind: 'bubblewrap', directEgress: 'blocked' },
        warning: null,
      });
      expect(readdirSync(fixture.root)).toEqual(before);
    },
  );

  test.skipIf(bubblewrap)(named('uses a bwrap before 0.8 without --disable-userns', bubblewrap), async () => {
    const path = fakeBwrap(
      'old',
      `case " $* " in *" --disable-userns "*) echo "bwrap: Unknown option --disable-userns" >&2; exit 1;; esac
       exec ${realBwrap} "$@"`,
    );
    expect((await chooseSandbox(options({ path }))).sandbox.kind).toBe('bubblewrap');
  });
});

describe('adviseSandbox', () => {
  const settings = (set: Record<string, string>) => (name: string) => set[name] ?? null;
  test.each([
    ['darwin', null, {}, 'Linux virtual machine'],
    ['win32', null, {}, 'WSL 2'],
    ['linux', null, {}, 'apt-get install bubblewrap'],
    ['linux', '/usr/bin/bwrap', { 'kernel/apparmor_restrict_unprivileged_userns': '1' }, 'AppArmor profile'],
    ['linux', '/usr/bin/bwrap', { 'kernel/unprivileged_userns_clone': '0' }, 'unprivileged_userns_clone=1'],
    ['linux', '/usr/bin/bwrap', { 'user/max_user_namespaces': '0' }, 'max_user_namespaces=15000'],
    ['linux', '/usr/bin/bwrap', { 'user/max_user_namespaces': '9' }, 'container'],
  ] as const)('%s, bwrap %s, %o', (platform, bwrapPath, set, advice) => {
    expect(adviseSandbox({ platform, bwrapPath, sysctl: settings(set) })).toContain(advice);
  });
});
