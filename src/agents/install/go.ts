import { join } from 'node:path';
import { findOnPath } from '../../host/find-on-path.js';
import { removeTree } from '../../host/remove-tree.js';
import type { GoPin } from '../pin.js';
import type { Installer } from './installer.js';
import { runInstaller } from './run-installer.js';

/** Builds programs from the Go module proxy, without cgo. Downloads of the build are removed. */
export const go: Installer<GoPin> = {
  registry: 'the Go module proxy',
  timeoutMs: 900_000,

  fits: async (_pin, { env }) =>
    findOnPath('go', env.PATH) !== null
      ? { ok: true }
      : {
          ok: false,
          reason: 'it is built with Go, which is not on PATH',
          fix: 'Install Go (https://go.dev/dl).',
        },

  install: async (pin, dir, _host, run) => {
    const scratch = join(dir, 'scratch');
    const env = {
      ...run.env,
      GOBIN: join(dir, 'bin'),
      GOPATH: scratch,
      GOMODCACHE: join(scratch, 'mod'),
      GOCACHE: join(scratch, 'build'),
      // Without this, module files are read-only and cannot be removed.
      GOFLAGS: '-modcacherw',
      CGO_ENABLED: '0',
    };
    await runInstaller(
      'go',
      ['install', `${pin.module}@v${pin.version}`],
      { ...run, env, cwd: dir },
      goReason,
    );
    await removeTree(scratch);
  },

  candidates: ({ bin }, dir) => {
    const file = join(dir, 'bin', bin);
    return [{ file, command: [file] }];
  },

  readable: async () => [],
};

function goReason(stderr: string): string {
  const lines = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('go: downloading'));
  return lines
    .slice(-2)
    .map((line) => line.replace(/^go: (\S+@v\S+: )*/, '').trim())
    .join('; ')
    .replace(/\.$/, '');
}
