import { distance } from 'fastest-levenshtein';
import type { Answer } from './ask.js';
import type { FaultKind } from './fault.js';
import type { ModelList } from './list-models.js';
import type { ModelCall } from './model-call.js';
import { isPrivateHost } from './normalise-endpoint.js';
import { ANSWER_TOKENS, isAsAsked, TOOL_NAME, WORD } from './probe-question.js';

/** One titled finding about the endpoint. `fail` means that no run can be of use. */
export interface ProbeCheck {
  id: string;
  title: string;
  status: 'ok' | 'warn' | 'fail';
  detail: string;
  /** What to do about it; null when there is nothing to do. */
  fix: string | null;
}

/** Who was asked for what, for the sentences. */
export interface Subject {
  baseUrl: string;
  key: string | null;
  model: string;
}

const REACH = { id: 'endpoint.reach', title: 'Endpoint' };
const KEY = { id: 'endpoint.key', title: 'Key' };
const MODEL = { id: 'endpoint.model', title: 'Model' };
const TOOLS = { id: 'endpoint.tools', title: 'Tool call' };
const RESULT = { id: 'endpoint.result', title: 'Tool result' };
const USAGE = { id: 'endpoint.usage', title: 'Token usage' };

const UNREACHABLE_FIX: Readonly<Record<FaultKind, string>> = {
  dns: 'Check the host name in --endpoint, and that this machine is online.',
  refused: 'Start the server, or correct the port in --endpoint.',
  tls: 'Use http:// if the server has no TLS; for a private certificate authority set NODE_EXTRA_CA_CERTS to its file.',
  reset: 'Check that the server speaks HTTP on this port (https:// or http:// in --endpoint).',
  unroutable: 'Check the address in --endpoint, the network, and any VPN or firewall on the way.',
  other: 'Check --endpoint with curl.',
};

/** What can be said of the key before it is sent. */
export function keyFinding({ baseUrl, key }: Subject): ProbeCheck | null {
  const url = new URL(baseUrl);
  if (key === null) return null;
  if (/[^\x21-\x7e]/.test(key)) {
    const detail = 'The key holds white space or other characters that no HTTP header can carry.';
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

/** The base URL was found to be another one. */
export function baseFinding(baseUrl: string): ProbeCheck {
  const detail = `The API is at ${baseUrl}, which is used.`;
  return {
    id: 'endpoint.base',
    title: 'Base URL',
    status: 'warn',
    detail,
    fix: `Give --endpoint ${baseUrl}.`,
  };
}

/** Why the first answer is of no use; null when it is. An unknown path or model is `modelFinding`'s. */
export function answerFinding(
  { call, unreachable, timedOut }: Answer,
  { baseUrl, key }: Subject,
): ProbeCheck | null {
  const { host } = new URL(baseUrl);
  const detail = `${host}: ${call.error}`;
  if (unreachable !== null) {
    return { ...REACH, status: 'fail', detail: call.error ?? '', fix: UNREACHABLE_FIX[unreachable] };
  }
  if (timedOut) {
    const fix =
      'Check that the model is loaded and not busy; if the first request had to load it, run again.';
    return { ...REACH, status: 'fail', detail, fix };
  }
  if (call.cause === 'auth') {
    const fix =
      key === null ? 'Give a key with --key-file or CAB_KEY.' : 'Give a key that is valid for this endpoint.';
    return { ...KEY, status: 'fail', detail: `The key was refused. ${detail}`, fix };
  }
  if (call.cause === 'bad_request' && /tool|function/i.test(call.error ?? '')) {
    const fix =
      'Serve the model with tool calling switched on (vLLM: --enable-auto-tool-choice, llama.cpp: --jinja), or choose one that supports it.';
    return { ...TOOLS, status: 'warn', detail, fix };
  }
  if (call.cause !== null && call.cause !== 'empty_reply') {
    return { ...REACH, status: 'warn', detail, fix: 'Try again later, or look into the log of the server.' };
  }
  return null;
}

/** The endpoint answered, and as which model. */
export function answeredFindings({ call }: Answer, { baseUrl, model }: Subject): ProbeCheck[] {
  const ms = Math.round(call.timeToFirstTokenMs ?? call.latencyMs);
  const served =
    call.servedModel !== null && call.servedModel !== model ? `, served as ${call.servedModel}` : '';
  return [
    { ...REACH, status: 'ok', detail: `${new URL(baseUrl).host} answered after ${ms} ms.`, fix: null },
    { ...MODEL, status: 'ok', detail: model + served, fix: null },
  ];
}

/** Neither the path nor the model may be what the server has: its list of models tells which. */
export function modelFinding(call: ModelCall, list: ModelList, { baseUrl, model }: Subject): ProbeCheck {
  const said = `${new URL(baseUrl).host}: ${call.error}`;
  if (list.kind === 'listed' && !list.models.includes(model)) {
    const near = nearest(model, list.models);
    const fix =
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'The endpoint lists no model: load one.';
    return { ...MODEL, status: 'fail', detail: `There is no model ${model}. ${said}`, fix };
  }
  if (call.cause === 'model_unknown') {
    return {
      ...MODEL,
      status: 'fail',
      detail: `The model ${model} is not known. ${said}`,
      fix: 'Check --model.',
    };
  }
  const fix = 'Give the base URL that /chat/completions follows, such as http://127.0.0.1:8080/v1.';
  return { ...REACH, status: 'fail', detail: `No chat API at ${baseUrl}. ${said}`, fix };
}

/** Whether the model called the tool, and well. */
export function toolCallFinding({ call, reading }: Answer): ProbeCheck {
  const made = reading.toolCalls[0];
  if (made === undefined) {
    const how =
      call.finish === 'length'
        ? `spent ${ANSWER_TOKENS} tokens without calling it`
        : 'answered without calling it';
    const fix =
      'Coding agents work by tool calls: check the chat template and the tool parser of the server, or choose another model.';
    return { ...TOOLS, status: 'warn', detail: `Asked to call a tool, the model ${how}.`, fix };
  }
  if (isAsAsked(made)) {
    return {
      ...TOOLS,
      status: 'ok',
      detail: 'The model called the tool with the right arguments.',
      fix: null,
    };
  }
  const fix = 'Agents may reject such calls: check the tool parser of the server.';
  const detail =
    made.name === TOOL_NAME
      ? 'The arguments of the tool call are not what was asked for, or not valid JSON.'
      : `The model called ${made.name || 'a tool without a name'}, which was not offered.`;
  return { ...TOOLS, status: 'warn', detail, fix };
}

/** Whether the model saw what the tool returned. */
export function resultFinding({ call }: Answer): ProbeCheck {
  if (call.cause !== null) {
    const fix = 'Agents send every tool result this way: look into the log of the server.';
    return { ...RESULT, status: 'warn', detail: `The turn after the tool call failed: ${call.error}`, fix };
  }
  if (call.text.toLowerCase().includes(WORD)) {
    return { ...RESULT, status: 'ok', detail: 'The model used what the tool returned.', fix: null };
  }
  const fix = 'Check the chat template of the server: tool results may not reach the model.';
  return { ...RESULT, status: 'warn', detail: 'The answer lacks the word that the tool returned.', fix };
}

/** Whether the tokens of the calls that worked can be counted; null when none worked. */
export function usageFinding(calls: readonly ModelCall[]): ProbeCheck | null {
  const good = calls.filter(({ cause }) => cause === null);
  if (good.length === 0) return null;
  const missing = good.find(({ usageMissing }) => usageMissing !== null);
  if (missing !== undefined) {
    const fix =
      'Tokens cannot be measured: have the server report usage in streams (stream_options.include_usage).';
    return { ...USAGE, status: 'warn', detail: missing.usageMissing ?? '', fix };
  }
  const total = good.reduce((sum, call) => sum + (call.promptTokens ?? 0) + (call.completionTokens ?? 0), 0);
  return {
    ...USAGE,
    status: 'ok',
    detail: `Reported in the stream; this check took ${total} tokens.`,
    fix: null,
  };
}

/** The three ids most like the one asked for: those that contain it, or it them, first; then by edit distance. */
export function nearest(model: string, ids: readonly string[]): string[] {
  const wanted = model.toLowerCase();
  const rank = (id: string) => {
    const name = id.toLowerCase();
    return distance(wanted, name) - (name.includes(wanted) || wanted.includes(name) ? 1000 : 0);
  };
  return [...ids].sort((a, b) => rank(a) - rank(b)).slice(0, 3);
}
