import type { LocalServer } from '../endpoint/probe/find-local-servers.js';
import { listModels } from '../endpoint/probe/list-models.js';
import { isPrivateHost, normaliseEndpoint } from '../endpoint/probe/normalise-endpoint.js';
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
export interface Wizard {
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
export async function askModelSource(wizard: Wizard, servers: Promise<LocalServer[]>): Promise<ModelFlags> {
  const { prompter, flags, io } = wizard;
  const givenEndpoint = flags.endpoint || io.env[checkOptions.endpoint.env];
  const givenKey = wizard.key;
  for (;;) {
    const endpoint = givenEndpoint ?? (await askEndpoint(wizard, servers));
    if (endpoint === null) return { demo: 'oracle' };
    const { baseUrl } = normaliseEndpoint(endpoint);
    const model = await askModel(wizard, baseUrl);
    if (model !== null) {
      await askKey(wizard, baseUrl);
      return { endpoint: baseUrl, model };
    }
    // A key typed for one endpoint must not go to another.
    wizard.key = givenKey;
    // The preflight explains why a given endpoint fails.
    if (givenEndpoint) return { endpoint: givenEndpoint };
    prompter.note('Choose another endpoint, or correct this one.');
  }
}

/** Returns a base URL; null for the demo. */
async function askEndpoint(
  { prompter, remembered }: Wizard,
  servers: Promise<LocalServer[]>,
): Promise<string | null> {
  const local = await prompter.wait('looking for servers on this machine', servers);
  const last = remembered.endpoint;
  const options = [
    ...local.map(({ baseUrl, server, models }) => ({
      label: baseUrl,
      value: baseUrl,
      hint: [
        server === null
          ? 'a server on this machine'
          : [server.name, server.version].filter(Boolean).join(' '),
        models === null ? 'needs a key' : plural(models.length, 'model'),
      ].join(' · '),
    })),
    ...(last === undefined || local.some(({ baseUrl }) => baseUrl === last)
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

/** Reads a URL, or a port of this machine; null when the text is neither. */
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

/** Returns a model of the server's list, or a typed id; null when the server gives no list. */
async function askModel(wizard: Wizard, baseUrl: string): Promise<string | null> {
  const { prompter, flags, io, remembered } = wizard;
  const givenModel = flags.model || io.env[checkOptions.model.env];
  if (givenModel) return givenModel;
  for (;;) {
    const list = await prompter.wait(
      'asking for its models',
      listModels({ baseUrl, key: wizard.key }, LIST_LIMITS),
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
    await typeKey(wizard, 'This endpoint needs a key.');
    if (wizard.key === null) return null;
  }
}

/** Some providers list their models without a key, but need one for an answer. */
async function askKey(wizard: Wizard, baseUrl: string): Promise<void> {
  const { flags, key } = wizard;
  if (key !== null || hasKeyFlag(flags) || isPrivateHost(new URL(baseUrl).hostname)) return;
  await typeKey(wizard, checkOptions.key.question);
}

async function typeKey(wizard: Wizard, question: string): Promise<void> {
  const typed = await wizard.prompter.ask(
    'key',
    textLine({
      question,
      hint: 'API key, hidden; empty for none',
      hidden: true,
      refuse: (text) => (text === '' || isKey(text) ? null : 'A key is one word of printable ASCII.'),
    }),
  );
  wizard.key = typed === '' ? null : typed;
}

const hasKeyFlag = ({ key, keyFile }: CheckFlags) => key !== undefined || keyFile !== undefined;
