import { adapters } from '../agents/adapters.js';
import { specOf } from '../agents/pin.js';
import { findLocalServers } from '../endpoint/probe/find-local-servers.js';
import { listModels } from '../endpoint/probe/list-models.js';
import { normaliseEndpoint } from '../endpoint/probe/normalise-endpoint.js';
import type { Host } from '../host/host.js';
import { resolveToolchain } from '../host/toolchains.js';
import { CancelledError } from '../model/errors.js';
import { choice, type Option } from '../reporters/live/prompt/choice.js';
import { LeftPrompt } from '../reporters/live/prompt/left.js';
import { DEFAULT_TASK_ID, openCatalogue } from '../tasks/catalogue.js';
import { type Answers, readAnswers, saveAnswers } from './answers.js';
import { askModelSource, type Conversation, LIST_LIMITS } from './ask-model-source.js';
import { type CliIo, say } from './io.js';
import { type CheckFlags, checkOptions } from './options/check.js';
import { equivalentCommand } from './suggested-commands.js';
import { colourOn, settleInkColour, terminalOf } from './terminal.js';

/** What `check` has to go by. */
export interface Asked {
  flags: CheckFlags;
  /** Of the environment, or as it was typed; null without one. */
  key: string | null;
}

/**
 * Asks for what `check` was not given, and says the equivalent command.
 *
 * @throws CancelledError when the user leaves
 */
export async function askMissing({ flags, key }: Asked, io: CliIo, host: Host): Promise<Asked> {
  const only = await onlyModel(flags, io, key);
  return only === null ? converse({ flags, io, host, key }) : { flags: only, key };
}

/** The flags when there is nothing to ask: the given endpoint has one model, or has to be explained by the preflight. */
async function onlyModel(flags: CheckFlags, { env }: CliIo, key: string | null): Promise<CheckFlags | null> {
  const given = flags.endpoint || env[checkOptions.endpoint.env];
  if (!given) return null;
  if (flags.keyFile !== undefined || flags.key !== undefined) return flags;
  const list = await listModels({ baseUrl: normaliseEndpoint(given).baseUrl, key }, LIST_LIMITS);
  if (list.kind === 'failed') return list.cause === 'auth' ? null : flags;
  const [model] = list.models;
  return model !== undefined && list.models.length === 1 ? { ...flags, model } : null;
}

async function converse(given: Asked & { io: CliIo; host: Host }): Promise<Asked> {
  const { flags, io, host } = given;
  const stderr = terminalOf(io.stderr, io.env);
  const colour = colourOn(stderr, flags, io.env);
  settleInkColour(io.env, colour);
  const { openPrompter } = await import('../reporters/live/prompt/open-prompter.js');
  const prompter = openPrompter({ stdout: stderr, stdin: io.stdin, colour });
  const remembered = await readAnswers(host.configDir);
  const talk: Conversation = { ...given, prompter, remembered };
  try {
    const { flags: completed, answers } = await conversation(talk);
    await saveAnswers(host.configDir, { ...remembered, ...answers });
    await prompter.close();
    say(stderr, `\n   ${equivalentCommand(completed, talk.key !== null || flags.key !== undefined)}\n\n`);
    return { flags: completed, key: talk.key };
  } catch (error) {
    await prompter.close();
    if (!(error instanceof LeftPrompt)) throw error;
    throw new CancelledError('Nothing was run.', {
      code: 'usage.left',
      fix: 'The flags of `codingagentbench check --help` answer the same questions.',
    });
  }
}

async function conversation(talk: Conversation): Promise<{ flags: CheckFlags; answers: Answers }> {
  const { flags, host, prompter, remembered } = talk;
  // Who gave the endpoint is not asked for what has a default.
  if (flags.endpoint || talk.io.env[checkOptions.endpoint.env]) {
    const source = await askModelSource(talk, Promise.resolve([]));
    return { flags: { ...flags, ...source }, answers: {} };
  }
  // They are looked for while the first question is read.
  const servers = findLocalServers({});
  const tui = flags.tui ?? (await prompter.ask('agent', agentQuestion(remembered)));
  const source = await askModelSource(talk, servers);
  // A repository's task is made of its code.
  if (flags.repo !== undefined) return { flags: { ...flags, ...source, tui }, answers: { tui } };
  const task =
    flags.task ??
    (await prompter.ask(
      'task',
      choice({
        question: checkOptions.task.question,
        options: await prompter.wait('looking at the toolchains', taskChoices(host)),
        initial: remembered.task ?? DEFAULT_TASK_ID,
      }),
    ));
  const { endpoint, model } = source;
  return {
    flags: { tui, ...source, task, ...flags },
    answers: { tui, task, ...(endpoint && { endpoint }), ...(model && { model }) },
  };
}

function agentQuestion(remembered: Answers) {
  const options = adapters.map(({ id, pins }) => ({ label: id, value: id, hint: specOf(pins[0]) }));
  return choice({
    question: checkOptions.tui.question,
    options,
    ...(remembered.tui && { initial: remembered.tui }),
  });
}

/** Every bundled task, with its title and the toolchain it needs: whether this machine has it, and which. */
async function taskChoices(host: Host): Promise<Array<Option<string>>> {
  const catalogue = await openCatalogue(host.tasksDir);
  const tasks = await Promise.all(catalogue.ids.map((id) => catalogue.find(id)));
  const needed = [...new Set(tasks.flatMap(({ manifest }) => manifest.toolchain))];
  const resolved = new Map(
    await Promise.all(needed.map(async (id) => [id, await resolveToolchain(id, host)] as const)),
  );
  return tasks.map(({ id, manifest }) => {
    const missing = manifest.toolchain.filter((name) => !resolved.get(name)?.ok);
    const tools =
      missing.length > 0 ? `✖ no ${missing.join(', ')} here` : `✔ ${manifest.toolchain.join(', ')}`;
    return {
      label: id,
      value: id,
      hint: `${tools} · ${manifest.title}`,
      warning: missing.length > 0,
    };
  });
}
