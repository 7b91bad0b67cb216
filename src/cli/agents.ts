import type { AgentAdapter } from '../agents/adapter.js';
import { adapters } from '../agents/adapters.js';
import { findAgent } from '../agents/install.js';
import { installHint, specOf } from '../agents/pin.js';
import { undrivable } from '../agents/undrivable.js';
import { wiringOf } from '../agents/wiring.js';
import type { Host } from '../host/host.js';
import { CabError, ExitCode } from '../model/errors.js';
import { type AgentRow, agentPage, agentTable } from '../reporters/documents/agent-report.js';
import { toJson } from '../reporters/documents/json.js';
import { wiringText } from '../reporters/documents/wiring-text.js';
import { openAdapter } from './choose-agent.js';
import { type CliIo, putDocument, say, sayPainted } from './io.js';
import { openHost } from './open-host.js';
import type { ListFlags } from './options/tasks.js';
import { colourOn } from './terminal.js';

/** The `agents` command: every agent with its install status on this machine. Downloads nothing. */
export async function listAgents(flags: ListFlags, io: CliIo): Promise<ExitCode> {
  const host = openHost(io);
  const rows = await Promise.all(adapters.map((adapter) => rowOf(adapter, host)));
  if (flags.json) putDocument(io.stdout, toJson({ agents: rows, cannot_be_driven: undrivable }));
  else {
    const style = styleOf(flags, io);
    sayPainted(io.stdout, `${agentTable(rows, undrivable, style).join('\n')}\n`, style.colour);
  }
  return ExitCode.passed;
}

/**
 * The `agents show` command: what `check` would give one agent, as a script to paste.
 *
 * @throws UsageError for an unknown name, and with the reason for an agent that cannot be driven
 */
export async function showAgent(name: string, flags: ListFlags, io: CliIo): Promise<ExitCode> {
  const adapter = await openAdapter(name);
  const row = await rowOf(adapter, openHost(io));
  const wiring = wiringOf(adapter, { agentsMd: true });
  const version = row.installed ?? row.version;
  const script = wiringText(wiring, { agent: `${adapter.id} ${version}`, wire: adapter.wire });
  if (flags.json) putDocument(io.stdout, toJson({ ...row, wiring, script }));
  else {
    const style = styleOf(flags, io);
    sayPainted(io.stdout, `${agentPage(row, style).join('\n')}\n\n`, style.colour);
    say(io.stdout, `${script}\n`);
  }
  return ExitCode.passed;
}

async function rowOf(adapter: AgentAdapter, host: Host): Promise<AgentRow> {
  const { id, homepage, wire, slashInModelId, projectConfig, litter, plugins, image, tried, quirks } =
    adapter;
  return {
    agent: id,
    homepage,
    ...(await installFactsOf(adapter, host)),
    wire,
    slash_in_model_id: slashInModelId,
    kept_away: [...projectConfig],
    litter: [...litter],
    plugins: [...plugins],
    published_image: image,
    tried: tried && { versions: [...tried.versions], on: tried.on },
    quirks: quirks.map(({ what, link }) => ({ what, link })),
  };
}

type InstallFacts = Pick<
  AgentRow,
  'version' | 'pinned' | 'installed' | 'path' | 'acquire' | 'note' | 'install_yourself'
>;

async function installFactsOf(adapter: AgentAdapter, host: Host): Promise<InstallFacts> {
  const pinned = adapter.pins.map(({ version }) => version);
  const facts = { pinned, install_yourself: installHint(adapter.pins[0]) };
  try {
    const status = await findAgent(adapter, host);
    const { note } = status;
    if (status.state === 'to_install') {
      const { pin } = status;
      const acquire = { from: status.registry, package: specOf(pin) };
      return {
        ...facts,
        version: pin.version,
        installed: null,
        path: null,
        acquire,
        note,
        install_yourself: installHint(pin),
      };
    }
    const { version, command } = status.agent;
    const installed = version ?? 'unknown';
    return { ...facts, version: installed, installed, path: command.at(-1) ?? null, acquire: null, note };
  } catch (error) {
    if (!(error instanceof CabError)) throw error;
    const note = `${error.message} ${error.fix}`;
    return { ...facts, version: adapter.pins[0].version, installed: null, path: null, acquire: null, note };
  }
}

function styleOf(flags: ListFlags, { env, stdout }: CliIo) {
  return { width: stdout.columns ?? 100, colour: colourOn(stdout, flags, env) };
}
