import { asObject, asText, type JsonObject, parseJson } from '../json.js';
import { toChatMessages } from './chat-messages.js';
import { functionTools, type ToolNames, toolNames } from './tool-names.js';

export type TranslatedRequest =
  /** `withUsage` asks for usage too; null when nothing is streamed, for then it comes unasked. */
  | { kind: 'chat'; body: Buffer; withUsage: Buffer | null; names: ToolNames }
  /** Chat cannot do what the request asks for; `why` is a sentence. */
  | { kind: 'refused'; why: string };

/** What stands on the server between two requests. Chat has no such place, and an answer without it would be to half a question. */
const NEEDS_SERVER_STATE = ['previous_response_id', 'conversation', 'background', 'prompt'] as const;

/**
 * A request of the Responses API as one of the Chat Completions API.
 *
 * Carried over: instructions and input, function tools (those of a namespace under a name of both), tool choice,
 * parallel calls, sampling, the length limit, the reasoning effort and the form of the text. Dropped, for chat has no
 * word for it: tools that are no functions (`custom` with its grammar, `web_search` and others run by the server), what
 * a namespace says of itself, the caching and storing of responses, reasoning summaries, what is to be included, and
 * the agent's own notes on the request.
 */
export function toChatRequest(body: Buffer): TranslatedRequest {
  const request = asObject(parseJson(body.toString()));
  if (request === null) return { kind: 'refused', why: 'The body is not a JSON object.' };
  const state = NEEDS_SERVER_STATE.find((name) => request[name] != null && request[name] !== false);
  if (state !== undefined) {
    return {
      kind: 'refused',
      why: `\`${state}\` needs a server with the Responses API; this one speaks Chat Completions only.`,
    };
  }
  const names = toolNames(request.tools);
  const chat = {
    model: request.model,
    messages: toChatMessages(asText(request.instructions), request.input, names),
    ...toolSettings(request, names),
    ...copyFields(request, ['temperature', 'top_p', 'stream', 'user']),
    // The older name of the two: servers that know only Chat Completions know it.
    max_tokens: request.max_output_tokens ?? undefined,
    reasoning_effort: asText(asObject(request.reasoning)?.effort) ?? undefined,
    response_format: responseFormat(asObject(asObject(request.text)?.format)),
  };
  const bytes = (more: JsonObject) => Buffer.from(JSON.stringify({ ...chat, ...more }));
  return {
    kind: 'chat',
    body: bytes({}),
    withUsage: request.stream === true ? bytes({ stream_options: { include_usage: true } }) : null,
    names,
  };
}

function copyFields(request: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.filter((name) => request[name] != null).map((name) => [name, request[name]]),
  );
}

/** Servers refuse to be told how to choose among no tools. */
function toolSettings(request: JsonObject, names: ToolNames): JsonObject {
  const tools = functionTools(request.tools).map(({ namespace, tool }) => {
    const { description, parameters, strict } = tool;
    const name = names.toChat({ namespace, name: asText(tool.name) ?? '' });
    // Not strict is chat's default, and a word that some servers do not know.
    const fn = { name, description, parameters, strict: strict === true ? true : undefined };
    return { type: 'function', function: fn };
  });
  if (tools.length === 0) return {};
  return {
    tools,
    tool_choice: toolChoice(request.tool_choice, names),
    ...copyFields(request, ['parallel_tool_calls']),
  };
}

function toolChoice(choice: unknown, names: ToolNames): unknown {
  if (typeof choice === 'string') return choice;
  const wanted = asObject(choice);
  if (wanted?.type === 'function') {
    const name = names.toChat({ namespace: asText(wanted.namespace), name: asText(wanted.name) ?? '' });
    return { type: 'function', function: { name } };
  }
  // `allowed_tools` narrows the tools and says how to choose among them; only the latter can be said.
  return wanted?.type === 'allowed_tools' ? wanted.mode : undefined;
}

function responseFormat(format: JsonObject | null): JsonObject | undefined {
  if (format?.type === 'json_object') return { type: 'json_object' };
  if (format?.type !== 'json_schema') return undefined;
  const { name, description, schema, strict } = format;
  return {
    type: 'json_schema',
    json_schema: { name, description, schema, strict: strict ?? undefined },
  };
}
