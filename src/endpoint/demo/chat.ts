import { asArray, asObject, asText, type JsonObject } from '../json.js';
import type { Conversation, ScriptedReply } from './scenario.js';
import type { OfferedTool } from './tool-roles.js';

/** Estimated token counts: characters ÷ 4. */
export interface DemoUsage {
  promptTokens: number;
  completionTokens: number;
}

/** Reads a Chat Completions request as a conversation. */
export function readConversation(request: JsonObject): Conversation {
  const messages = asArray(request.messages)
    .map(asObject)
    .filter((message) => message !== null);
  const results = new Map<string, string>();
  for (const message of messages) {
    if (message.role === 'tool')
      results.set(asText(message.tool_call_id) ?? '', contentText(message.content));
  }
  const calls = messages.flatMap((message) =>
    message.role === 'assistant' ? asArray(message.tool_calls) : [],
  );
  const user = messages.filter((message) => message.role === 'user').at(-1);
  return {
    tools: asArray(request.tools).flatMap((tool) => readTool(tool) ?? []),
    turns: calls.map((value) => {
      const call = asObject(value);
      return {
        tool: asText(asObject(call?.function)?.name) ?? '',
        result: results.get(asText(call?.id) ?? '') ?? '',
      };
    }),
    assistantTexts: messages
      .filter(({ role }) => role === 'assistant')
      .map(({ content }) => contentText(content)),
    lastUserText: contentText(user?.content),
    requiredTool: readRequiredTool(request.tool_choice),
  };
}

function readTool(value: unknown): OfferedTool | null {
  const fn = asObject(asObject(value)?.function);
  const name = asText(fn?.name);
  if (name === null) return null;
  const schema = asObject(fn?.parameters);
  return {
    name,
    properties: asObject(schema?.properties) ?? {},
    required: asArray(schema?.required).flatMap((property) => asText(property) ?? []),
  };
}

function readRequiredTool(choice: unknown): string | null {
  if (choice === 'required') return '*';
  return asText(asObject(asObject(choice)?.function)?.name);
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .map((part) => asText(asObject(part)?.text) ?? '')
    .join('');
}

const usageField = ({ promptTokens, completionTokens }: DemoUsage) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

interface AnswerHead {
  id: string;
  model: string;
  /** Unix seconds. */
  created: number;
}

/** All characters that a model would generate for this reply. */
export function generatedText(reply: ScriptedReply): string {
  return reply.kind === 'say' ? reply.text : reply.text + reply.tool + JSON.stringify(reply.arguments);
}

/** The reply as one Chat Completions answer. */
export function completion(reply: ScriptedReply, head: AnswerHead, usage: DemoUsage): JsonObject {
  const message =
    reply.kind === 'say'
      ? { role: 'assistant', content: reply.text }
      : {
          role: 'assistant',
          content: reply.text || null,
          tool_calls: [
            {
              id: `call_${head.id}`,
              type: 'function',
              function: { name: reply.tool, arguments: JSON.stringify(reply.arguments) },
            },
          ],
        };
  const choice = { index: 0, message, finish_reason: reply.kind === 'say' ? 'stop' : 'tool_calls' };
  return { ...head, object: 'chat.completion', choices: [choice], usage: usageField(usage) };
}

/** The reply as the chunks of a stream; the last chunk has the usage, unless `usage` is null. */
export function completionChunks(
  reply: ScriptedReply,
  head: AnswerHead,
  usage: DemoUsage | null,
): JsonObject[] {
  const chunk = (delta: JsonObject, finish: string | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const chunks: JsonObject[] = [chunk({ role: 'assistant', content: '' })];
  for (const words of reply.text.match(/\s*(\S+\s*){1,3}/g) ?? []) chunks.push(chunk({ content: words }));
  if (reply.kind === 'call') {
    const opening = {
      index: 0,
      id: `call_${head.id}`,
      type: 'function',
      function: { name: reply.tool, arguments: '' },
    };
    chunks.push(chunk({ tool_calls: [opening] }));
    for (const piece of split(JSON.stringify(reply.arguments))) {
      chunks.push(chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] }));
    }
  }
  chunks.push(chunk({}, reply.kind === 'say' ? 'stop' : 'tool_calls'));
  if (usage !== null) {
    chunks.push({ ...head, object: 'chat.completion.chunk', choices: [], usage: usageField(usage) });
  }
  return chunks;
}

/** At most about 40 pieces, cut between characters. */
function split(text: string): string[] {
  const characters = [...text];
  const size = Math.max(24, Math.ceil(characters.length / 40));
  const out: string[] = [];
  for (let at = 0; at < characters.length; at += size) out.push(characters.slice(at, at + size).join(''));
  return out;
}
