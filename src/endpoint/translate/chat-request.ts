import { asObject, asText, type JsonObject, parseJson } from '../json.js';
import { toChatMessages } from './chat-messages.js';
import { functionTools, type ToolNames, toolNames } from './tool-names.js';

export type TranslatedRequest =
  /** `withUsage` also asks for usage; null without streaming, where servers always send usage. */
  | { kind: 'chat'; body: Buffer; withUsage: Buffer | null; names: ToolNames }
  /** Chat has no equivalent of the request; `why` is a sentence. */
  | { kind: 'refused'; why: string };

/** Fields that refer to state on the server. Chat has none; without that state the question would be incomplete. */
const NEEDS_SERVER_STATE = ['previous_response_id', 'conversation', 'background', 'prompt'] as const;

/**
 * Translates a request of the Responses API to the Chat Completions API.
 *
 * Translated: instructions and input, function tools (with the namespace in the name), tool choice, parallel calls,
 * sampling, the length limit, the reasoning effort and the text format. Dropped, since chat has no equivalent: tools that
 * are not functions (`custom` with a grammar, `web_search` and others that the server runs), descriptions of namespaces,
 * caching and storing of responses, reasoning summaries, `include`, and the agent's metadata.
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
    // Not `max_completion_tokens`: older servers know only this name.
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

/** Nothing when there are no tools: servers refuse a tool choice then. */
function toolSettings(request: JsonObject, names: ToolNames): JsonObject {
  const tools = functionTools(request.tools).map(({ namespace, tool }) => {
    const { description, parameters, strict } = tool;
    const name = names.toChat({ namespace, name: asText(tool.name) ?? '' });
    // False is the default of chat, and some servers do not know the field.
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
  // `allowed_tools` also restricts the tools; chat can express only its mode.
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
