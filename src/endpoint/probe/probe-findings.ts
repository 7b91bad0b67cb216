import type { ModelCall } from '../../model/model-call.js';
import type { FaultKind } from '../meter/fault.js';
import type { ParsedToolCall } from '../meter/parsed-answer.js';
import type { Answer } from './ask.js';
import type { ChatCaller } from './chat-caller.js';
import type { KnownServer, Topic } from './known-server.js';
import { type ModelList, similarIds } from './list-models.js';
import type { NonApiAnswer } from './non-api-answer.js';
import { isPrivateHost } from './normalise-endpoint.js';
import { argumentsOf, hasRequestedNumber, TOOL_NAME, toolWasLeftOut, WORD } from './probe-question.js';

/** The result of one check of the endpoint. `fail`: no run can work; `skip`: the check has no result. */
export interface ProbeCheck {
  id: string;
  title: string;
  status: 'ok' | 'warn' | 'fail' | 'skip';
  detail: string;
  /** What to do; null for nothing. */
  fix: string | null;
}

/** A result that ends the probe. */
type Fatal = ProbeCheck & { fix: string };

/** The endpoint and the model of the probe, for messages. */
export interface Subject {
  baseUrl: string;
  key: string | null;
  model: string;
  /** Null for an unknown server, and in a probe that does not recognise servers. */
  server: KnownServer | null;
}

const REACH = { id: 'endpoint.reach', title: 'Endpoint' };
const KEY = { id: 'endpoint.key', title: 'Key' };
const MODEL = { id: 'endpoint.model', title: 'Model' };
const TOOLS = { id: 'endpoint.tools', title: 'Tool call' };
const ARGUMENTS = { id: 'endpoint.arguments', title: 'Arguments' };
const RESULT = { id: 'endpoint.result', title: 'Tool result' };
const USAGE = { id: 'endpoint.usage', title: 'Token usage' };
const ANSWERS = { id: 'endpoint.answers', title: 'Answers' };

const GIVE_KEY = 'Give a key with --key-file or CAB_KEY.';

const UNREACHABLE_FIX: Readonly<Record<FaultKind, string>> = {
  dns: 'Check the host name in --endpoint, and that this machine is online.',
  refused: 'Start the server, or correct the port in --endpoint.',
  tls: 'Use http:// if the server has no TLS; for a private certificate authority set NODE_EXTRA_CA_CERTS to its file.',
  reset: 'Check that the server speaks HTTP on this port (https:// or http:// in --endpoint).',
  unroutable: 'Check the address in --endpoint, the network, and any VPN or firewall on the way.',
  other: 'Check --endpoint with curl.',
};

/** The advice for this server; `anyServer` when it has none on the topic. */
export function advise(server: KnownServer | null, topic: Topic, anyServer: string): string {
  const advice = server?.advice[topic];
  return server === null || advice === undefined ? anyServer : `${server.name}: ${advice}`;
}

/** Checks the key before it is sent; null for no problem. */
export function keyFinding({ baseUrl, key }: Pick<Subject, 'baseUrl' | 'key'>): ProbeCheck | null {
  const url = new URL(baseUrl);
  if (key === null) return null;
  if (/[^\x21-\x7e]/.test(key)) {
    const detail = 'The key contains white space or other characters that are not allowed in an HTTP header.';
    return { ...KEY, status: 'fail', detail, fix: 'Copy it again.' };
  }
  if (url.protocol === 'https:' || isPrivateHost(url.hostname)) return null;
  return {
    id: 'endpoint.clear_text',
    title: 'Connection',
    status: 'warn',
    detail: `The key goes to ${url.host} unencrypted.`,
    fix: 'Use https:// if the server has it.',
  };
}

/** The API is at another base URL than the given one. */
export function baseFinding(baseUrl: string): ProbeCheck {
  const detail = `The API is at ${baseUrl}; this URL is used.`;
  return {
    id: 'endpoint.base',
    title: 'Base URL',
    status: 'warn',
    detail,
    fix: `Give --endpoint ${baseUrl}.`,
  };
}

/** There was no connection. */
export function unreachableFinding(fault: FaultKind, error: string): ProbeCheck {
  return { ...REACH, status: 'fail', detail: error, fix: UNREACHABLE_FIX[fault] };
}

/** Another program answered, not an API. `request` is such as `GET /models`. */
export function nonApiFinding(
  { kind, excerpt }: NonApiAnswer,
  request: string,
  { baseUrl }: Pick<Subject, 'baseUrl'>,
): Fatal {
  const { host } = new URL(baseUrl);
  const quote = excerpt === '' ? '' : ` It says: “${excerpt}”`;
  const fix =
    kind === 'a web page'
      ? `Open ${baseUrl} in a browser to see what answers: a login page, a web interface or another program. Then give --endpoint the base URL of the API, which often ends in /v1.`
      : `Find out what answers at ${baseUrl}: another program, a gateway or a login. Then give --endpoint the base URL of the API, which often ends in /v1.`;
  return {
    ...REACH,
    status: 'fail',
    detail: `${host} answered ${request}: that is ${kind}, not an API.${quote}`,
    fix,
  };
}

/** The server refused the key, or needs one. */
export function keyRefusedFinding(error: string, { baseUrl, key, server }: Subject): Fatal {
  const anyServer = key === null ? GIVE_KEY : 'Give a key that is valid for this endpoint.';
  const why = key === null ? 'A key is probably missing: none was given.' : 'The key was refused.';
  const detail = `${why} ${new URL(baseUrl).host}: ${error}`;
  return { ...KEY, status: 'fail', detail, fix: advise(server, 'key', anyServer) };
}

/** What to do after a 5xx: some servers answer a missing key with one. */
export function afterServerError(otherwise: string, { key, server }: Subject): string {
  if (key !== null) return otherwise;
  return `${otherwise} No key was given; if the server needs one: ${advise(server, 'key', GIVE_KEY)}`;
}

/** No question was answered: no agent can work with this endpoint. Null when one was. */
export function unansweredFinding(calls: readonly ModelCall[], subject: Subject): ProbeCheck | null {
  const last = calls.at(-1);
  if (last === undefined || calls.some(({ cause }) => cause === null)) return null;
  const failed = calls.every(({ cause }) => cause === 'server_error');
  const count = calls.length === 1 ? 'The question' : `None of the ${calls.length} questions`;
  const fix = 'Look into the log of the server, and run doctor again when the server answers.';
  return {
    ...ANSWERS,
    status: 'fail',
    detail: `${count} ${calls.length === 1 ? 'was not' : 'was'} answered. ${new URL(subject.baseUrl).host}: ${last.error}`,
    fix: failed ? afterServerError(fix, subject) : fix,
  };
}

/** Why the first answer cannot be used; null when it can. `modelFinding` handles an unknown path or model. */
export function answerFinding(
  { call, unreachable, timedOut, nonApi }: Answer,
  subject: Subject,
): ProbeCheck | null {
  const { host } = new URL(subject.baseUrl);
  const detail = `${host}: ${call.error}`;
  if (unreachable !== null) return unreachableFinding(unreachable, call.error ?? '');
  if (timedOut && call.timeToFirstTokenMs === null) {
    const fix =
      'Check that the model is loaded and not busy. If the first request had to load it, run this again.';
    return { ...REACH, status: 'fail', detail, fix };
  }
  if (timedOut) {
    const fix = 'Agents will be this slow too: give the model more compute, or choose a smaller one.';
    return { ...REACH, status: 'warn', detail: `${detail} The answer had started.`, fix };
  }
  if (nonApi !== null) return nonApiFinding(nonApi, 'POST /chat/completions', subject);
  if (call.cause === 'auth') return keyRefusedFinding(call.error ?? '', subject);
  if (call.cause === 'bad_request' && /tool|function/i.test(call.error ?? '')) {
    const anyServer =
      'Serve the model with tool calling switched on (vLLM: --enable-auto-tool-choice, llama.cpp: --jinja), or choose one that supports it.';
    return { ...TOOLS, status: 'warn', detail, fix: advise(subject.server, 'tools', anyServer) };
  }
  if (call.cause !== null && call.cause !== 'empty_reply') {
    const again = 'Try again later, or look into the log of the server.';
    const fix = call.cause === 'server_error' ? afterServerError(again, subject) : again;
    return { ...REACH, status: 'warn', detail, fix };
  }
  return null;
}

/** The endpoint answered, and with which model. */
export function answeredFindings({ call }: Answer, { baseUrl, model }: Subject): ProbeCheck[] {
  const ms = Math.round(call.timeToFirstTokenMs ?? call.latencyMs);
  const served =
    call.servedModel !== null && call.servedModel !== model ? `, served as ${call.servedModel}` : '';
  return [
    { ...REACH, status: 'ok', detail: `${new URL(baseUrl).host} answered after ${ms} ms.`, fix: null },
    { ...MODEL, status: 'ok', detail: model + served, fix: null },
  ];
}

/** The path or the model is unknown to the server; the list of models tells which. */
export function modelFinding(call: ModelCall, list: ModelList, subject: Subject): ProbeCheck {
  const { baseUrl, model, server } = subject;
  const message = `${new URL(baseUrl).host}: ${call.error}`;
  const isListed = list.kind === 'listed' && list.models.includes(model);
  if (list.kind === 'listed' && !isListed) {
    const near = similarIds(model, list.models);
    const fix =
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : advise(server, 'model', 'The endpoint lists no model: load one.');
    return { ...MODEL, status: 'fail', detail: `There is no model ${model}. ${message}`, fix };
  }
  if (call.cause === 'model_unknown') {
    const detail = `The server does not know the model ${model}. ${message}`;
    return { ...MODEL, status: 'fail', detail, fix: advise(server, 'model', 'Check --model.') };
  }
  const fix = 'Give the base URL that /chat/completions follows, such as http://127.0.0.1:8080/v1.';
  return { ...REACH, status: 'fail', detail: `No chat API at ${baseUrl}. ${message}`, fix };
}

/** Whether the model called the tool as requested. */
export function toolCallFinding({ call, parsed }: Answer, { server }: Subject): ProbeCheck {
  const made = parsed.toolCalls[0];
  if (made === undefined) {
    const how =
      call.finish === 'length'
        ? 'reached its token limit without calling it'
        : call.cause === 'empty_reply'
          ? 'sent an empty answer'
          : 'answered without calling it';
    const why = toolWasLeftOut(call.promptTokens)
      ? ` The prompt had only ${call.promptTokens} tokens: the server left the tool out.`
      : '';
    const anyServer =
      'Coding agents need tool calls: check the chat template and the tool parser of the server, or choose another model.';
    return {
      ...TOOLS,
      status: 'warn',
      detail: `Asked to call a tool, the model ${how}.${why}`,
      fix: advise(server, 'tools', anyServer),
    };
  }
  if (made.name !== TOOL_NAME) {
    const detail = `The model called ${made.name || 'a tool without a name'}, which was not offered.`;
    return { ...TOOLS, status: 'warn', detail, fix: advise(server, 'tools', REJECTED_CALLS) };
  }
  return { ...TOOLS, status: 'ok', detail: 'The model called the tool.', fix: null };
}

const REJECTED_CALLS = 'Agents may reject such calls: check the tool parser of the server.';

/** Whether the arguments of the tool call are JSON and as requested. */
export function argumentsFinding(made: ParsedToolCall, { server }: Subject): ProbeCheck {
  if (hasRequestedNumber(made)) {
    return { ...ARGUMENTS, status: 'ok', detail: 'Valid JSON, and as asked for.', fix: null };
  }
  const detail =
    argumentsOf(made) === null
      ? 'The arguments of the tool call are not valid JSON.'
      : 'The arguments of the tool call are not the requested ones.';
  return { ...ARGUMENTS, status: 'warn', detail, fix: advise(server, 'tools', REJECTED_CALLS) };
}

/** The token budget was used up before this question. */
export const OVER_BUDGET = {
  status: 'skip',
  detail: 'Not asked: earlier answers used up the tokens for these questions.',
  fix: null,
} as const;

/** Whether the model used the result of the tool. `answer` is null when the token budget was used up. */
export function resultFinding(answer: Answer | null, { server }: Subject): ProbeCheck {
  if (answer === null) return { ...RESULT, ...OVER_BUDGET };
  const { call } = answer;
  if (call.cause !== null) {
    const fix = 'Agents send every tool result this way: look into the log of the server.';
    return { ...RESULT, status: 'warn', detail: `The turn after the tool call failed: ${call.error}`, fix };
  }
  if (call.text.toLowerCase().includes(WORD)) {
    return { ...RESULT, status: 'ok', detail: 'The model used what the tool returned.', fix: null };
  }
  const anyServer = 'Check the chat template of the server: tool results may not reach the model.';
  const detail = 'The answer does not contain the word that the tool returned.';
  return { ...RESULT, status: 'warn', detail, fix: advise(server, 'tools', anyServer) };
}

/** Whether the server reports the tokens of the good calls; null when there is none. */
export function usageFinding({ calls, usageOption }: ChatCaller): ProbeCheck | null {
  const good = calls.filter(({ cause }) => cause === null);
  if (good.length === 0) return null;
  const missing = good.find(({ usageMissing }) => usageMissing !== null);
  const option =
    usageOption === 'refused'
      ? 'stream_options.include_usage was refused'
      : missing?.stream
        ? 'stream_options.include_usage was ignored'
        : null;
  if (missing !== undefined) {
    const detail = `${missing.usageMissing}${option === null ? '' : ` (${option})`}`;
    const fix =
      'Tokens cannot be measured, and the score will say so. Use a server that reports usage in streams.';
    return { ...USAGE, status: 'warn', detail, fix };
  }
  const total = good.reduce((sum, call) => sum + (call.promptTokens ?? 0) + (call.completionTokens ?? 0), 0);
  const how = option === null ? 'Reported' : `Reported, although ${option}`;
  return { ...USAGE, status: 'ok', detail: `${how}; these questions took ${total} tokens.`, fix: null };
}
