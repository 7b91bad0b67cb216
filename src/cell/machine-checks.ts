import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { findInstalled, type InstalledAgent } from '../agents/acquire.js';
import { probeVersion } from '../agents/version.js';
import { PreflightError } from '../errors.js';
import { chooseSandbox } from '../sandbox/choose-sandbox.js';
import { findOnPath, resolveToolchain } from '../tasks/toolchains.js';
import type { CheckSpec } from './checks.js';
import type { PreflightOptions } from './preflight.js';
import type { Found } from './ready.js';

type Timed = <T>(work: Promise<T>) => Promise<T>;

/** What the machine must have before anything is asked of the endpoint; what they find goes into `found`. */
export function machineChecks(
  { trace, plan, place }: PreflightOptions,
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
        });
        found.sandbox = chosen.sandbox;
        if (chosen.warning) trace.emit({ type: 'warning', message: chosen.warning });
        return { status: chosen.sandbox.kind === 'none' ? 'warn' : 'ok', detail: chosen.detail };
      },
    },
    {
      id: 'agent',
      title: plan.adapter.id,
      run: async () => {
        const { acquire, versionArgs } = plan.adapter;
        const agent = plan.agentBin
          ? await timed(startBinary(plan.agentBin, versionArgs))
          : await findInstalled(plan.adapter, place.cacheDir);
        if (agent) found.agent = agent;
        return {
          status: 'ok',
          detail: agent
            ? `${agent.version ?? 'version unknown'} at ${agent.bin}`
            : `not installed yet: ${acquire.package}@${acquire.version} from the npm registry`,
        };
      },
    },
  ];
}

async function findGit(env: Record<string, string>): Promise<{ git: string; version: string }> {
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

/** A binary the user pointed at. Errors: PreflightError `preflight.agent_bin`. */
async function startBinary(path: string, versionArgs: string[]): Promise<InstalledAgent> {
  const bin = await realpath(path);
  const probe = await probeVersion(bin, versionArgs);
  if (probe.ok) return { bin, version: probe.version, root: dirname(bin) };
  throw new PreflightError(`${path} does not start: \`${versionArgs.join(' ')}\` gave ${probe.reason}.`, {
    code: 'preflight.agent_bin',
    fix: "Give --agent-bin the path of the agent's executable.",
  });
}
