import { adapters } from '../agents/adapters.js';
import { specOf } from '../agents/pin.js';
import { findLocalServers } from '../endpoint/probe/find-local-servers.js';
import { listModels } from '../endpoint/probe/list-models.js';
import { normaliseEndpoint } from '../endpoint/probe/normalise-endpoint.js';
import type { Host } from '../host/host.js';
import { resolveToolchain } from '../host/toolchains.js';
import { CancelledError } from '../model/errors.js';
import { choice, type Option } from '../reporters/live/prompt/choice.js';
import { PromptCancelled } from '../reporters/live/prompt/question.js';
import { DEFAULT_TASK_ID, openCatalogue } from '../tasks/catalogue.js';
import { type Answers, readAnswers, saveAnswers } from './answers.js';
import { askModelSource, LIST_LIMITS, type Wizard } from './ask-model-source.js';
import { type CliIo, say } from './io.js';
import { type CheckFlags, checkOptions } from './options/check.js';
import { equivalentCommand } from './suggested-commands.js';
import { colourOn, settleInkColour, terminalOf } from './terminal.js';

/** The input of `check`. */
export interface CheckInput {
  flags: CheckFlags;
  /** From the environment, or typed; null without one. */
  key: string | null;
}

/**
 * Asks for what `check` needs and was not given. Prints the equivalent command.
 *
 * @throws CancelledError when the user cancels
 */
export async function askMissing({ flags, key }: CheckInput, io: CliIo, host: Host): Promise<CheckInput> {
  const completed = await completeFromEndpoint(flags, io, key);
  return completed === null ? runWizard({ flags, io, host, key }) : { flags: completed, key };
}

/**
 * Returns the flags when no question is needed: the given endpoint has one model, or it fails, which the preflight
 * explains. Else null.
 */
async function completeFromEndpoint(
  flags: CheckFlags,
  { env }: CliIo,
  key: string | null,
): Promise<CheckFlags | null> {
  const url = flags.endpoint || env[checkOptions.endpoint.env];
  if (!url) return null;
  if (flags.keyFile !== undefined || flags.key !== undefined) return flags;
  const list = await listModels({ baseUrl: normaliseEndpoint(url).baseUrl, key }, LIST_LIMITS);
  if (list.kind === 'failed') return list.cause === 'auth' ? null : flags;
  const [model] = list.models;
  return model !== undefined && list.models.length === 1 ? { ...flags, model } : null;
}

async function runWizard(given: CheckInput & { io: CliIo; host: Host }): Promise<CheckInput> {
  const { flags, io, host } = given;
  const stderr = terminalOf(io.stderr, io.env);
  const colour = colourOn(stderr, flags, io.env);
  settleInkColour(io.env, colour);
  const { openPrompter } = await import('../reporters/live/prompt/open-prompter.js');
  const prompter = openPrompter({ stdout: stderr, stdin: io.stdin, colour });
  const remembered = await readAnswers(host.configDir);
  const wizard: Wizard = { ...given, prompter, remembered };
  try {
    const { flags: completed, answers } = await askQuestions(wizard);
    await saveAnswers(host.configDir, { ...remembered, ...answers });
    await prompter.close();
    say(stderr, `\n   ${equivalentCommand(completed, wizard.key !== null || flags.key !== undefined)}\n\n`);
    return { flags: completed, key: wizard.key };
  } catch (error) {
    await prompter.close();
    if (!(error instanceof PromptCancelled)) throw error;
    throw new CancelledError('Nothing was run.', {
      code: 'usage.left',
      fix: 'The flags of `codingagentbench check --help` answer the same questions.',
    });
  }
}

async function askQuestions(wizard: Wizard): Promise<{ flags: CheckFlags; answers: Answers }> {
  const { flags, host, prompter, remembered } = wizard;
  // With a given endpoint, only ask for what has no default.
  if (flags.endpoint || wizard.io.env[checkOptions.endpoint.env]) {
    const source = await askModelSource(wizard, Promise.resolve([]));
    return { flags: { ...flags, ...source }, answers: {} };
  }
  // The search runs while the user reads the first question.
  const servers = findLocalServers({});
  const tui = flags.tui ?? (await prompter.ask('agent', agentQuestion(remembered)));
  const source = await askModelSource(wizard, servers);
  // With --repo the task is made from its code.
  if (flags.repo !== undefined) return { flags: { ...flags, ...source, tui }, answers: { tui } };
  const task =
    flags.task ??
    (await prompter.ask(
      'task',
      choice({
        question: checkOptions.task.question,
        options: await prompter.wait('checking the toolchains', taskChoices(host)),
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

/** Every bundled task, with its title, its toolchains, and whether this machine has them. */
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
