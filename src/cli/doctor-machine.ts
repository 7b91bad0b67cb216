import { adapters } from '../agents/adapters.js';
import { findAgent } from '../agents/install.js';
import { findGit } from '../host/git.js';
import type { Host } from '../host/host.js';
import { resolveToolchain, TOOLCHAINS } from '../host/toolchains.js';
import { CabError } from '../model/errors.js';
import type { CheckSpec } from '../run/checks.js';
import { describeInstallStatus } from '../run/machine-checks.js';
import { chooseSandbox } from '../sandbox/choose-sandbox.js';

/** The checks of this machine. */
export function machineSpecs(host: Host): CheckSpec[] {
  return [
    {
      id: 'node',
      title: 'Node.js',
      run: async () => ({
        status: 'ok',
        detail: `${host.node.version} on ${host.os} ${host.arch}`,
      }),
    },
    {
      id: 'git',
      title: 'git',
      run: async () => ({ status: 'ok', detail: (await findGit(host.env)).version }),
    },
    ...TOOLCHAINS.filter(({ id }) => id !== 'node').map(({ id, title }) => toolchainSpec(id, title, host)),
    {
      id: 'sandbox',
      title: 'Sandbox',
      run: async () => {
        const chosen = await chooseSandbox({ mode: 'auto', host });
        return chosen.sandbox.kind === 'none'
          ? { status: 'warn', detail: chosen.detail, fix: chosen.warning }
          : { status: 'ok', detail: chosen.detail };
      },
    },
  ];
}

/** One check per agent. A missing agent is no failure: one agent is enough. */
export function agentSpecs(host: Host): CheckSpec[] {
  return adapters.map((adapter) => ({
    id: `agent.${adapter.id}`,
    title: adapter.id,
    run: async () => {
      try {
        const status = await findAgent(adapter, host);
        return {
          status: status.state === 'installed' ? 'ok' : 'skip',
          detail: describeInstallStatus(status),
        };
      } catch (error) {
        if (!(error instanceof CabError)) throw error;
        return { status: 'skip', detail: error.message, fix: error.fix };
      }
    },
  }));
}

/** A missing toolchain is only a warning: other tasks can still run. */
function toolchainSpec(id: string, title: string, host: Host): CheckSpec {
  return {
    id: `toolchain.${id}`,
    title,
    run: async () => {
      const toolchain = await resolveToolchain(id, host);
      return toolchain.ok
        ? { status: 'ok', detail: toolchain.detail }
        : { status: 'warn', detail: toolchain.detail, fix: `For ${title} tasks: ${toolchain.fix}` };
    },
  };
}
