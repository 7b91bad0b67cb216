import { join } from 'node:path';
import type { Installer } from '../install/installer.js';
import { KNOWN_ARCHIVES } from '../install/known-archives.js';
import type { NpmPin } from '../pin.js';
import { isAtLeast } from '../pin.js';
import { runInstaller } from './run-installer.js';
import { verifyTarballs } from './verify-tarballs.js';

/** Installs packages of the npm registry, without install scripts. Known checksums are verified before the first start. */
export const npm: Installer<NpmPin> = {
  registry: 'the npm registry',
  timeoutMs: 300_000,

  fits: async ({ version, runsOn }, { node }) => {
    if (runsOn.kind === 'native' || isAtLeast(node.version, runsOn.atLeast)) return { ok: true };
    return {
      ok: false,
      reason: `${version} needs Node ${runsOn.atLeast} or later, and this is ${node.version}`,
      fix: `Run this program with Node ${runsOn.atLeast} or later.`,
    };
  },

  install: async (pin, dir, _host, run) => {
    await runInstaller(
      'npm',
      [
        'install',
        `${pin.package}@${pin.version}`,
        ...['--prefix', dir, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      ],
      // On Node 22 and later, npm would leave compiled code in the temp directory.
      { ...run, env: { ...run.env, NODE_DISABLE_COMPILE_CACHE: '1' }, cwd: dir },
      npmReason,
    );
    await verifyTarballs(dir, KNOWN_ARCHIVES);
  },

  candidates: ({ bins, runsOn }, dir, { node }) =>
    bins.map((bin) => {
      const file = join(dir, 'node_modules', bin);
      return { file, command: runsOn.kind === 'native' ? [file] : [node.path, file] };
    }),

  readable: async () => [],
};

function npmReason(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '' && !/complete log of this run|^npm warn/i.test(line));
  const reasons = lines.filter((line) =>
    /^(code|errno) |network|registry|not found|E\d{3}|ENO|ETARGET/i.test(line),
  );
  return (reasons.length > 0 ? reasons.slice(0, 3) : lines.slice(0, 2)).join('; ').replace(/\.$/, '');
}
