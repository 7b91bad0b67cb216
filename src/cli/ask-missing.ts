import { adapters } from '../agents/adapters.js';
import { specOf } from '../agents/pin.js';
import { findLocalServers, type LocalServer } from '../endpoint/probe/find-local-servers.js';
import { listModels } from '../endpoint/probe/list-models.js';
import { isPrivateHost, normaliseEndpoint } from '../endpoint/probe/normalise-endpoint.js';
import type { Host } from '../host/host.js';
import { CabError, LeftError } from '../model/errors.js';
import { plural } from '../reporters/documents/format.js';
import { choice } from '../reporters/live/prompt/choice.js';
import type { Prompter } from '../reporters/live/prompt/open-prompter.js';
import { PromptCancelled } from '../reporters/live/prompt/question.js';
import { textLine } from '../reporters/live/prompt/text-line.js';
import { DEFAULT_TASK_ID } from '../tasks/catalogue.js';
import { type Answers, readAnswers, saveAnswers } from './answers.js';
import { isKey } from './check-options.js';
import { equivalentCommand } from './equivalent-command.js';
import type { CliIo } from './io.js';
import { type CheckFlags, checkOptions } from './options/check.js';
import { say } from './say.js';
import { taskChoices } from './task-choices.js';
import { colourOn, settleInkColour, terminalOf } from './terminal.js';

const LIST_LIMITS = { timeoutMs: 10_000 };

/** What `check` has to go by. */
export interface Asked {
  flags: CheckFlags;
  /** Of the environment, or as it was typed; null without one. */
  key: string | null;
}

/**
 * Asks for what `check` was not given, and says the equivalent command.
 *
 * @throws LeftError when the user leaves
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
    if (!(error instanceof PromptCancelled)) throw error;
    throw new LeftError('Nothing was run.', {
      code: 'usage.left',
      fix: 'The flags of `codingagentbench check --help` answer the same questions.',
    });
  }
}

interface Conversation {
  flags: CheckFlags;
  /** The key so far. */
  key: string | null;
  io: CliIo;
  host: Host;
  prompter: Prompter;
  remembered: Answers;
}

async function conversation(talk: Conversation): Promise<{ flags: CheckFlags; answers: Answers }> {
  const { flags, host, prompter, remembered } = talk;
  // Who gave the endpoint is not asked for what has a default.
  if (flags.endpoint || talk.io.env[checkOptions.endpoint.env]) {
    const player = await askPlayer(talk, Promise.resolve([]));
    return { flags: { ...flags, ...player }, answers: {} };
  }
  // They are looked for while the first question is read.
  const servers = findLocalServers({});
  const tui = flags.tui ?? (await prompter.ask('agent', agentQuestion(remembered)));
  const player = await askPlayer(talk, servers);
  // A repository's task is made of its code.
  if (flags.repo !== undefined) return { flags: { ...flags, ...player, tui }, answers: { tui } };
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
  const { endpoint, model } = player;
  return {
    flags: { tui, ...player, task, ...flags },
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

type Player = Pick<CheckFlags, 'endpoint' | 'model' | 'demo'>;

/** Endpoint, model and key; back to the endpoint as long as it lists no model. */
async function askPlayer(talk: Conversation, servers: Promise<LocalServer[]>): Promise<Player> {
  const { prompter, flags, io } = talk;
  const given = flags.endpoint || io.env[checkOptions.endpoint.env];
  const keyOfTheStart = talk.key;
  for (;;) {
    const endpoint = given ?? (await askEndpoint(talk, servers));
    if (endpoint === null) return { demo: 'oracle' };
    const { baseUrl } = normaliseEndpoint(endpoint);
    const model = await askModel(talk, baseUrl);
    if (model !== null) {
      await askKey(talk, baseUrl);
      return { endpoint: baseUrl, model };
    }
    // A key that was typed for one endpoint is for no other.
    talk.key = keyOfTheStart;
    // A given endpoint that cannot be asked is for the preflight to explain.
    if (given) return { endpoint: given };
    prompter.note('Choose another endpoint, or correct this one.');
  }
}

/** A base URL; null: the demo. */
async function askEndpoint(
  { prompter, remembered }: Conversation,
  servers: Promise<LocalServer[]>,
): Promise<string | null> {
  const found = await prompter.wait('looking for servers on this machine', servers);
  const last = remembered.endpoint;
  const options = [
    ...found.map(({ baseUrl, server, models }) => ({
      label: baseUrl,
      value: baseUrl,
      hint: [
        server === null
          ? 'a server of this machine'
          : [server.name, server.version].filter(Boolean).join(' '),
        models === null ? 'wants a key' : plural(models.length, 'model'),
      ].join(' · '),
    })),
    ...(last === undefined || found.some(({ baseUrl }) => baseUrl === last)
      ? []
      : [{ label: last, value: last, hint: 'as last time' }]),
    { label: 'demo', value: null, hint: 'no endpoint: a scripted model drives the real agent' },
  ];
  return prompter.ask(
    'endpoint',
    choice<string | null>({
      question: checkOptions.endpoint.question,
      options,
      typed: { hint: 'choose, or type the URL of an OpenAI-compatible endpoint', read: readUrl },
      ...(last !== undefined && { initial: last }),
    }),
  );
}

/** What looks like a URL, or like the port of a server on this machine. */
function readUrl(text: string): string | null {
  if (/^\d{2,5}$/.test(text)) return `http://127.0.0.1:${text}/v1`;
  if (!/[.:/]/.test(text)) return null;
  try {
    return normaliseEndpoint(text).baseUrl;
  } catch (error) {
    if (error instanceof CabError) return null;
    throw error;
  }
}

/** A model of the server's list, or any other id; null when the server told none and could not be asked. */
async function askModel(talk: Conversation, baseUrl: string): Promise<string | null> {
  const { prompter, flags, io, remembered } = talk;
  const given = flags.model || io.env[checkOptions.model.env];
  if (given) return given;
  for (;;) {
    const list = await prompter.wait(
      'asking for its models',
      listModels({ baseUrl, key: talk.key }, LIST_LIMITS),
    );
    if (list.kind === 'listed') {
      const options = list.models.map((id) => ({ label: id, value: id }));
      const typed = { hint: 'choose, or type a model id', read: (text: string) => text.trim() || null };
      const initial = remembered.model;
      return prompter.ask(
        'model',
        choice({ question: checkOptions.model.question, options, typed, ...(initial && { initial }) }),
      );
    }
    prompter.note(list.error);
    if (list.cause !== 'auth' || hasKeyFlag(flags)) return null;
    await typeKey(talk, 'This endpoint wants a key.');
    if (talk.key === null) return null;
  }
}

/** A provider that tells its models to everybody may still want a key for an answer. */
async function askKey(talk: Conversation, baseUrl: string): Promise<void> {
  const { flags, key } = talk;
  if (key !== null || hasKeyFlag(flags) || isPrivateHost(new URL(baseUrl).hostname)) return;
  await typeKey(talk, checkOptions.key.question);
}

async function typeKey(talk: Conversation, question: string): Promise<void> {
  const typed = await talk.prompter.ask(
    'key',
    textLine({
      question,
      hint: 'API key, hidden; empty for none',
      hidden: true,
      refuse: (text) => (text === '' || isKey(text) ? null : 'A key is one word of printable ASCII.'),
    }),
  );
  talk.key = typed === '' ? null : typed;
}

const hasKeyFlag = ({ key, keyFile }: CheckFlags) => key !== undefined || keyFile !== undefined;
