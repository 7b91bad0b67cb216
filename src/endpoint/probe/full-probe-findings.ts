import type { ModelCall } from '../../model/model-call.js';
import type { Answer } from './ask.js';
import type { Context, KnownServer } from './known-server.js';
import { type ModelList, similarIds } from './list-models.js';
import type { NormalisedEndpoint } from './normalise-endpoint.js';
import { advise, afterServerError, OVER_BUDGET, type ProbeCheck, type Subject } from './probe-findings.js';
import { argumentsOf, requestedNumbers, WORD } from './probe-question.js';

const grouped = new Intl.NumberFormat('en-US');

/** With less, agents run out of context in the middle of a task: the first request has 2,000 to 20,000 tokens. */
const MIN_CONTEXT = 32_768;
/** A shorter stream gives no reliable rate. */
const MIN_STREAM_MS = 20;

const named = (name: string, title: string) => ({ id: `endpoint.${name}`, title });
const URL_CHECK = named('url', 'URL');
const SERVER = named('server', 'Server');
const MODELS = named('models', 'Models');
const CONTEXT = named('context', 'Context');
const RESPONSES = named('responses', 'Responses API');
const STREAM = named('stream', 'Streaming');
const UNSTREAMED = named('unstreamed', 'Without stream');
const PARALLEL = named('parallel', 'Parallel calls');
const CHAT = named('chat', 'Chat');
const SPEED = named('speed', 'Speed');

/** The base URL that is used, and what was corrected. */
export function urlFinding(
  { correction }: NormalisedEndpoint,
  baseUrl: string,
  isElsewhere: boolean,
): ProbeCheck {
  if (correction === null && !isElsewhere) return { ...URL_CHECK, status: 'ok', detail: baseUrl, fix: null };
  const why = correction ?? 'The API is not at that URL.';
  return {
    ...URL_CHECK,
    status: 'warn',
    detail: `${why} Used: ${baseUrl}`,
    fix: `Give --endpoint ${baseUrl}.`,
  };
}

/** Which server answers. */
export function serverFinding(server: KnownServer | null, version: string | null): ProbeCheck {
  const detail =
    server === null ? 'an unknown server' : `${server.name}${version === null ? '' : ` ${version}`}`;
  return { ...SERVER, status: server === null ? 'skip' : 'ok', detail, fix: null };
}

/** Whether the server lists its models, and the requested one is among them. */
export function modelsFinding(list: ModelList, model: string | null, subject: Subject): ProbeCheck {
  const { server } = subject;
  if (list.kind === 'failed') {
    const detail = `The server does not list them: ${list.error}`;
    if (model === null) {
      const name = 'Name the model with --model.';
      const fix = list.cause === 'server_error' ? afterServerError(name, subject) : name;
      return { ...MODELS, status: 'fail', detail, fix };
    }
    return { ...MODELS, status: 'skip', detail, fix: null };
  }
  const { models } = list;
  const shown = models.slice(0, 8).join(', ') + (models.length > 8 ? ', …' : '');
  const count = `${grouped.format(models.length)} listed`;
  if (models.length === 0) {
    const fix = advise(server, 'model', 'Load a model.');
    return { ...MODELS, status: 'warn', detail: 'None is listed.', fix };
  }
  if (model === null) {
    return {
      ...MODELS,
      status: 'warn',
      detail: `${count}: ${shown}`,
      fix: 'Name one with --model to test it.',
    };
  }
  if (models.includes(model)) {
    return { ...MODELS, status: 'ok', detail: `${count}, ${model} among them`, fix: null };
  }
  const near = similarIds(model, models).join(' or ');
  return { ...MODELS, status: 'warn', detail: `${count}, but not ${model}.`, fix: `Did you mean ${near}?` };
}

/** The context length of the model. */
export function contextFinding(context: Context | null, server: KnownServer | null): ProbeCheck {
  if (context === null)
    return {
      ...CONTEXT,
      status: 'skip',
      detail: 'The server does not report the context length.',
      fix: null,
    };
  const { tokens, of } = context;
  const detail =
    of === 'served'
      ? `${grouped.format(tokens)} tokens`
      : `The model supports ${grouped.format(tokens)} tokens; the server does not report how many it allows.`;
  if (tokens >= MIN_CONTEXT) return { ...CONTEXT, status: 'ok', detail, fix: null };
  const anyServer = `Serve the model with ${grouped.format(MIN_CONTEXT)} or more.`;
  const fix = advise(server, 'context', anyServer);
  return {
    ...CONTEXT,
    status: 'warn',
    detail: `${detail.replace(/\.$/, '')}: the first request of an agent has 2,000 to 20,000.`,
    fix,
  };
}

/** Whether the server has the Responses API; null when that is unknown. */
export function responsesFinding(hasApi: boolean | null): ProbeCheck {
  if (hasApi === null)
    return { ...RESPONSES, status: 'skip', detail: 'The server does not show whether it has it.', fix: null };
  const detail = hasApi
    ? 'The server has it.'
    : 'The server does not have it: this program translates for agents that need it.';
  return { ...RESPONSES, status: hasApi ? 'ok' : 'skip', detail, fix: null };
}

/** Whether a requested stream came as a stream. */
export function streamFinding({ isDocument }: Answer): ProbeCheck {
  if (isDocument === false)
    return { ...STREAM, status: 'ok', detail: 'The answer came as a stream.', fix: null };
  const fix = 'Switch streaming on in the server or the gateway: agents time out on long answers without it.';
  return {
    ...STREAM,
    status: 'warn',
    detail: 'Asked for a stream, the server sent one whole document.',
    fix,
  };
}

/** Whether the model calls the tool only without a stream; null when it does not call it. */
export function unstreamedFinding({ parsed }: Answer, { server }: Subject): ProbeCheck | null {
  if (parsed.toolCalls.length === 0) return null;
  const detail = 'Without a stream the model does call the tool: the server cannot stream tool calls.';
  const fix = advise(server, 'tools', 'Agents use streams: update the server, or choose another one.');
  return { ...UNSTREAMED, status: 'warn', detail, fix };
}

/** Whether the model makes two calls at once. `answer` is null when the token budget was used up. */
export function parallelFinding(answer: Answer | null, { server }: Subject): ProbeCheck {
  if (answer === null) return { ...PARALLEL, ...OVER_BUDGET };
  const { call, parsed } = answer;
  const calls = parsed.toolCalls;
  if (call.cause !== null) {
    const fix = 'Look into the log of the server: agents may ask for several calls in one turn.';
    return { ...PARALLEL, status: 'warn', detail: `Asked for two calls at once: ${call.error}`, fix };
  }
  if (calls.some((each) => argumentsOf(each) === null)) {
    const anyServer = 'Agents would reject such calls: check the tool parser of the server.';
    const detail = 'Asked for two calls at once, the model sent arguments that are not valid JSON.';
    return { ...PARALLEL, status: 'warn', detail, fix: advise(server, 'tools', anyServer) };
  }
  if (requestedNumbers(calls) === 2) {
    return { ...PARALLEL, status: 'ok', detail: 'Two calls in one answer.', fix: null };
  }
  const detail =
    calls.length > 0
      ? 'Asked for two calls at once, the model made one: agents can work with that.'
      : 'Asked for two calls at once, the model made none.';
  return { ...PARALLEL, status: 'skip', detail, fix: null };
}

/** Whether a question without stream and tools is answered. `answer` is null when the token budget was used up. */
export function chatFinding(answer: Answer | null): ProbeCheck {
  if (answer === null) return { ...CHAT, ...OVER_BUDGET };
  const { call } = answer;
  if (call.cause !== null) {
    const fix =
      call.cause === 'empty_reply'
        ? 'Check the chat template of the server, and that the model is a chat model.'
        : 'Look into the log of the server.';
    return { ...CHAT, status: 'warn', detail: `A plain question was not answered: ${call.error}`, fix };
  }
  const hasWord = call.text.toLowerCase().includes(WORD);
  const detail = hasWord
    ? 'A plain question is answered.'
    : 'A plain question is answered, but without the requested word.';
  return { ...CHAT, status: 'ok', detail, fix: null };
}

/** Time to first token and token rate of the good streams; null when there is none. */
export function speedFinding(calls: readonly ModelCall[]): ProbeCheck | null {
  const streamed = calls.filter(({ cause, stream }) => cause === null && stream);
  const last = streamed.findLast(({ timeToFirstTokenMs }) => timeToFirstTokenMs !== null);
  const firstTokenMs = last?.timeToFirstTokenMs ?? null;
  if (firstTokenMs === null) return null;
  const first = `first token after ${(firstTokenMs / 1000).toFixed(2)} s`;
  const rate = tokensPerSecond(streamed);
  const detail =
    rate === null ? `${first}; the answers were too short to measure a rate` : `${first}, ${rate} tokens/s`;
  return { ...SPEED, status: 'ok', detail, fix: null };
}

/** The rate of all tokens after the first of each stream; null when it is unknown. */
function tokensPerSecond(calls: readonly ModelCall[]): number | null {
  let [tokens, ms] = [0, 0];
  for (const { completionTokens, latencyMs, timeToFirstTokenMs } of calls) {
    if (completionTokens === null || timeToFirstTokenMs === null) continue;
    tokens += Math.max(0, completionTokens - 1);
    ms += latencyMs - timeToFirstTokenMs;
  }
  return tokens === 0 || ms < MIN_STREAM_MS ? null : Math.round((tokens / ms) * 1000);
}
