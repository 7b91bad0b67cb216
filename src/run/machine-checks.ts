import { useBinary } from '../agents/agent-binary.js';
import { findAgent, type InstallStatus } from '../agents/install.js';
import { specOf } from '../agents/pin.js';
import { seedCaches } from '../grading/seeded-cache.js';
import { missingHarborPaths } from '../grading/task-script.js';
import { findGit } from '../host/git.js';
import { resolveToolchain } from '../host/toolchains.js';
import { chooseSandbox } from '../sandbox/choose-sandbox.js';
import { claimRunDir } from '../sandbox/processes/leftovers.js';
import type { CheckSpec } from './checks.js';
import type { Found } from './ready.js';
import type { Run } from './run.js';

/** What the machine must have before anything is asked of the endpoint; what they find goes into `found`. */
export function machineChecks(run: Run, found: Found): CheckSpec[] {
  const { trace, spec, host, marker, elsewhere } = run;
  return [
    {
      id: 'git',
      title: 'git',
      run: async () => {
        const { git, version } = await findGit(host.env);
        found.git = git;
        return { status: 'ok', detail: version };
      },
    },
    ...spec.task.manifest.toolchain.map((id) => ({
      id: `toolchain.${id}`,
      title: `${id} toolchain`,
      run: async () => {
        const toolchain = await resolveToolchain(id, host);
        if (!toolchain.ok) return { status: 'fail' as const, detail: toolchain.detail, fix: toolchain.fix };
        found.toolchains.push(toolchain);
        found.caches.push(...(await elsewhere(seedCaches(id, toolchain, host.cacheDir))));
        return { status: 'ok' as const, detail: toolchain.detail };
      },
    })),
    {
      id: 'sandbox',
      title: 'sandbox',
      run: async () => {
        const chosen = await chooseSandbox({
          mode: spec.sandboxMode,
          host,
          claim: (dir) => claimRunDir(dir, marker),
        });
        found.sandbox = chosen.sandbox;
        const unplaced = missingHarborPaths(spec.task.manifest, chosen.sandbox);
        if (unplaced) return { status: 'fail', ...unplaced };
        if (chosen.warning) trace.emit({ type: 'warning', message: chosen.warning });
        return { status: chosen.sandbox.kind === 'none' ? 'warn' : 'ok', detail: chosen.detail };
      },
    },
    {
      id: 'agent',
      title: spec.adapter.id,
      run: async () => {
        const { adapter, agentBin } = spec;
        if (agentBin) {
          found.agent = await elsewhere(useBinary(agentBin, adapter, host));
          return { status: 'ok', detail: `${found.agent.version ?? 'version unknown'} at ${agentBin}` };
        }
        const standing = await elsewhere(findAgent(adapter, host));
        if (standing.state === 'installed') found.agent = standing.agent;
        else found.toInstall = standing.pin;
        return { status: 'ok', detail: describeStanding(standing) };
      },
    },
  ];
}

/** Where an agent is, or how it will be had, in one clause. */
export function describeStanding(standing: InstallStatus): string {
  const note = standing.note === null ? '' : ` (${standing.note})`;
  if (standing.state === 'to_install') {
    return `not installed yet: ${specOf(standing.pin)} from ${standing.registry}${note}`;
  }
  const { command, version } = standing.agent;
  return `${version ?? 'version unknown'} at ${command.at(-1)}${note}`;
}
