import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findAgent, type Standing } from '../agents/acquire.js';
import { useBinary } from '../agents/given-binary.js';
import { specOf } from '../agents/pin.js';
import { placesMissing } from '../grading/places-missing.js';
import { seedCaches } from '../grading/seeded-cache.js';
import { findOnPath, resolveToolchain } from '../host/toolchains.js';
import { PreflightError } from '../model/errors.js';
import { chooseSandbox } from '../sandbox/choose-sandbox.js';
import { claimRunDir } from '../sandbox/leftovers.js';
import type { CheckSpec } from './checks.js';
import { agentHost } from './plan.js';
import type { PreflightOptions } from './preflight-options.js';
import type { Found } from './ready.js';

type Timed = <T>(work: Promise<T>) => Promise<T>;

/** What the machine must have before anything is asked of the endpoint; what they find goes into `found`. */
export function machineChecks(
  { trace, plan, place, marker }: PreflightOptions,
  found: Found,
  timed: Timed,
): CheckSpec[] {
  return [
    {
      id: 'git',
      title: 'git',
      run: async () => {
        const { git, version } = await findGit(place.env);
        found.git = git;
        return { status: 'ok', detail: version };
      },
    },
    ...plan.task.manifest.toolchain.map((id) => ({
      id: `toolchain.${id}`,
      title: `${id} toolchain`,
      run: async () => {
        const toolchain = await resolveToolchain(id, { env: place.env, node: place.node });
        if (!toolchain.ok) return { status: 'fail' as const, detail: toolchain.detail, fix: toolchain.fix };
        found.binDirs.push(...toolchain.binDirs);
        found.readable.push(...toolchain.readableRoots);
        found.caches.push(...(await timed(seedCaches(id, toolchain, place.cacheDir))));
        return { status: 'ok' as const, detail: toolchain.detail };
      },
    })),
    {
      id: 'sandbox',
      title: 'sandbox',
      run: async () => {
        const chosen = await chooseSandbox({
          mode: plan.sandboxMode,
          path: place.env.PATH ?? '',
          nodePath: place.node,
          bridgePath: place.bridge,
          home: place.home,
          tempDir: place.tempDir,
          claim: (dir) => claimRunDir(dir, marker),
        });
        found.sandbox = chosen.sandbox;
        const unplaced = placesMissing(plan.task.manifest, chosen.sandbox);
        if (unplaced) return { status: 'fail', ...unplaced };
        if (chosen.warning) trace.emit({ type: 'warning', message: chosen.warning });
        return { status: chosen.sandbox.kind === 'none' ? 'warn' : 'ok', detail: chosen.detail };
      },
    },
    {
      id: 'agent',
      title: plan.adapter.id,
      run: async () => {
        const { adapter, agentBin } = plan;
        const host = agentHost(place);
        if (agentBin) {
          found.agent = await timed(useBinary(agentBin, adapter, host));
          return { status: 'ok', detail: `${found.agent.version ?? 'version unknown'} at ${agentBin}` };
        }
        const standing = await timed(findAgent(adapter, host));
        if (standing.state === 'installed') found.agent = standing.agent;
        else found.toInstall = standing.pin;
        return { status: 'ok', detail: describeStanding(standing) };
      },
    },
  ];
}

/** Errors: PreflightError `preflight.no_git`. */
export async function findGit(env: Record<string, string>): Promise<{ git: string; version: string }> {
  const git = await findOnPath('git', env.PATH ?? '');
  if (git === null) {
    throw new PreflightError('There is no git on PATH.', {
      code: 'preflight.no_git',
      fix: 'Install git (https://git-scm.com).',
    });
  }
  const { stdout } = await promisify(execFile)(git, ['--version'], { env });
  return { git, version: stdout.trim() };
}

/** Where an agent is, or how it will be had, in one clause. */
export function describeStanding(standing: Standing): string {
  const note = standing.note === null ? '' : ` (${standing.note})`;
  if (standing.state === 'to_install') {
    return `not installed yet: ${specOf(standing.pin)} from ${standing.registry}${note}`;
  }
  const { command, version } = standing.agent;
  return `${version ?? 'version unknown'} at ${command.at(-1)}${note}`;
}
