import { asArray, asObject, asText, type JsonObject } from '../json.js';
import type { Conversation } from './conversation.js';
import type { Move } from './play.js';
import type { OfferedTool } from './tool-roles.js';

/** Token counts of the demo: characters ÷ 4, nothing more. */
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
    said: messages.filter(({ role }) => role === 'assistant').map(({ content }) => contentText(content)),
    user: contentText(user?.content),
    demanded: readDemand(request.tool_choice),
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

function readDemand(choice: unknown): string | null {
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

/** The characters a model would have had to write for this move. */
export function spoken(move: Move): string {
  return move.kind === 'say' ? move.text : move.words + move.tool + JSON.stringify(move.arguments);
}

/** The move as one Chat Completions answer. */
export function completion(move: Move, head: AnswerHead, usage: DemoUsage): JsonObject {
  const message =
    move.kind === 'say'
      ? { role: 'assistant', content: move.text }
      : {
          role: 'assistant',
          content: move.words || null,
          tool_calls: [
            {
              id: `call_${head.id}`,
              type: 'function',
              function: { name: move.tool, arguments: JSON.stringify(move.arguments) },
            },
          ],
        };
  const choice = { index: 0, message, finish_reason: move.kind === 'say' ? 'stop' : 'tool_calls' };
  return { ...head, object: 'chat.completion', choices: [choice], usage: usageField(usage) };
}

/** The move as the chunks of a stream; the last holds the usage when it was asked for. */
export function completionChunks(move: Move, head: AnswerHead, usage: DemoUsage | null): JsonObject[] {
  const chunk = (delta: JsonObject, finish: string | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const chunks: JsonObject[] = [chunk({ role: 'assistant', content: '' })];
  const text = move.kind === 'say' ? move.text : move.words;
  for (const words of text.match(/\s*(\S+\s*){1,3}/g) ?? []) chunks.push(chunk({ content: words }));
  if (move.kind === 'call') {
    const opening = {
      index: 0,
      id: `call_${head.id}`,
      type: 'function',
      function: { name: move.tool, arguments: '' },
    };
    chunks.push(chunk({ tool_calls: [opening] }));
    for (const piece of pieces(JSON.stringify(move.arguments))) {
      chunks.push(chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] }));
    }
  }
  chunks.push(chunk({}, move.kind === 'say' ? 'stop' : 'tool_calls'));
  if (usage !== null) {
    chunks.push({ ...head, object: 'chat.completion.chunk', choices: [], usage: usageField(usage) });
  }
  return chunks;
}

/** At most some forty pieces, cut between characters. */
function pieces(text: string): string[] {
  const characters = [...text];
  const size = Math.max(24, Math.ceil(characters.length / 40));
  const out: string[] = [];
  for (let at = 0; at < characters.length; at += size) out.push(characters.slice(at, at + size).join(''));
  return out;
}
