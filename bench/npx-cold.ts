import { execFile } from 'node:child_process';
import { mkdtemp, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Benchmark, Skip } from './benchmark.js';
import { ROOT, withCleanHome } from './clean-home.js';
import { startProgram } from './program.js';
import type { PackedPackage } from './programs/registry.js';
import { runCommand } from './run-command.js';
import { inTurns, median } from './statistics.js';

const ROUNDS = 5;
const PEER = 'create-vite';
const run = promisify(execFile);

/**
 * `npx` with an empty cache, compared with a well-known fast package from the same registry; and the size of the
 * package.
 */
export const npxCold: Benchmark = {
  id: 'npx-cold',
  needsBuild: true,
  measure: () =>
    withCleanHome(async ({ dir, env }) => {
      const ours = await pack(ROOT, dir, ['--ignore-scripts']);
      const packedMB = (await stat(ours.tarball)).size / 1024 / 1024;
      const peer = await pack(PEER, dir, []).catch((error) => {
        throw new Skip(`npm cannot fetch ${PEER}: ${String(error).split('\n')[0]}`);
      });
      const registry = await startProgram<{ url: string }>('registry', [ours, peer]);
      const firstOutputMs = async ({ manifest }: PackedPackage) => {
        const cold = {
          ...env,
          npm_config_registry: registry.ready.url,
          npm_config_cache: await mkdtemp(join(dir, 'cache-')),
          npm_config_update_notifier: 'false',
        };
        const command = ['npx', '--yes', `${manifest.name}@${manifest.version}`, '--help'];
        return (await runCommand(command, { cwd: dir, env: cold }, /usage|--help/i)).elapsedMs;
      };
      try {
        const ms = await inTurns(ROUNDS, {
          peer: () => firstOutputMs(peer),
          ours: () => firstOutputMs(ours),
        });
        return [
          {
            name: 'npx from an empty cache to first output',
            value: median(ms.ours) / median(ms.peer),
            unit: '×',
            budget: { atMost: 1.5 },
            reference: `npx ${PEER} --help: ${median(ms.peer).toFixed(0)} ms`,
          },
          {
            name: 'package, packed',
            value: packedMB,
            unit: 'MB',
            budget: { atMost: 1 },
            reference: 'npm pack',
          },
        ];
      } finally {
        await registry.end();
      }
    }),
};

async function pack(name: string, into: string, flags: string[]): Promise<PackedPackage> {
  const { stdout } = await run('npm', ['pack', name, '--json', '--pack-destination', into, ...flags], {
    cwd: ROOT,
  });
  const [packed]: Array<{ filename: string }> = JSON.parse(stdout);
  if (packed === undefined) throw new Error(`npm pack ${name} made no package`);
  const tarball = join(into, packed.filename);
  const manifest = await run('tar', ['-xzOf', tarball, 'package/package.json']);
  return { tarball, manifest: JSON.parse(manifest.stdout) };
}
