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
import type { PreflightResults } from './handles.js';
import type { Run } from './run.js';

/** The checks of the machine. They run before the endpoint is asked anything, and write what they find into `results`. */
export function machineChecks(run: Run, results: PreflightResults): CheckSpec[] {
  const { trace, spec, host, marker, external } = run;
  return [
    {
      id: 'git',
      title: 'git',
      run: async () => {
        const { git, version } = await findGit(host.env);
        results.git = git;
        return { status: 'ok', detail: version };
      },
    },
    ...spec.task.manifest.toolchain.map((id) => ({
      id: `toolchain.${id}`,
      title: `${id} toolchain`,
      run: async () => {
        const toolchain = await resolveToolchain(id, host);
        if (!toolchain.ok) return { status: 'fail' as const, detail: toolchain.detail, fix: toolchain.fix };
        results.toolchains.push(toolchain);
        results.caches.push(...(await external(seedCaches(id, toolchain, host.cacheDir))));
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
        results.sandbox = chosen.sandbox;
        const unmountable = missingHarborPaths(spec.task.manifest, chosen.sandbox);
        if (unmountable) return { status: 'fail', ...unmountable };
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
          results.agent = await external(useBinary(agentBin, adapter, host));
          return { status: 'ok', detail: `${results.agent.version ?? 'version unknown'} at ${agentBin}` };
        }
        const status = await external(findAgent(adapter, host));
        if (status.state === 'installed') results.agent = status.agent;
        else results.toInstall = status.pin;
        return { status: 'ok', detail: describeInstallStatus(status) };
      },
    },
  ];
}

/** Says in one clause where an agent is installed, or where it will be installed from. */
export function describeInstallStatus(status: InstallStatus): string {
  const note = status.note === null ? '' : ` (${status.note})`;
  if (status.state === 'to_install') {
    return `not installed yet: ${specOf(status.pin)} from ${status.registry}${note}`;
  }
  const { command, version } = status.agent;
  return `${version ?? 'version unknown'} at ${command.at(-1)}${note}`;
}
