import type { LocalServer } from '../endpoint/probe/find-local-servers.js';
import { listModels } from '../endpoint/probe/list-models.js';
import { normaliseEndpoint } from '../endpoint/probe/normalise-endpoint.js';
import { isPrivateHost } from '../endpoint/probe/private-host.js';
import type { Host } from '../host/host.js';
import { CabError } from '../model/errors.js';
import { plural } from '../reporters/documents/format.js';
import { choice } from '../reporters/live/prompt/choice.js';
import type { Prompter } from '../reporters/live/prompt/open-prompter.js';
import { textLine } from '../reporters/live/prompt/text-line.js';
import type { Answers } from './answers.js';
import { isKey } from './choose-endpoint.js';
import type { CliIo } from './io.js';
import { type CheckFlags, checkOptions } from './options/check.js';

export const LIST_LIMITS = { timeoutMs: 10_000 };

/** What is known while the questions are asked. */
export interface Conversation {
  flags: CheckFlags;
  /** Changes when the user types a key. */
  key: string | null;
  io: CliIo;
  host: Host;
  prompter: Prompter;
  remembered: Answers;
}

type ModelFlags = Pick<CheckFlags, 'endpoint' | 'model' | 'demo'>;

/** Asks for endpoint, model and key. Asks for the endpoint again as long as it lists no model. */
export async function askModelSource(
  talk: Conversation,
  servers: Promise<LocalServer[]>,
): Promise<ModelFlags> {
  const { prompter, flags, io } = talk;
  const given = flags.endpoint || io.env[checkOptions.endpoint.env];
  const givenKey = talk.key;
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
    talk.key = givenKey;
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
