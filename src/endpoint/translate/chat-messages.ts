import { asArray, asObject, asText, type JsonObject } from '../json.js';
import type { ToolNames } from './tool-names.js';

interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}
interface AssistantMessage {
  role: 'assistant';
  content: string | null;
  tool_calls?: ToolCall[];
}
type UserContent = string | JsonObject[];
export type ChatMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: UserContent }
  | AssistantMessage
  | { role: 'tool'; tool_call_id: string; content: string };

/**
 * The conversation of a Responses request as chat messages.
 *
 * What the model said and called in one turn comes as several items and is one chat message. Reasoning is left out, as
 * chat has no agreed place for it. Left out too, since no tool that makes them can be offered: calls of tools that are no
 * functions, and their outputs. An image in a tool's output is named, not shown: chat lets only users show images.
 */
export function toChatMessages(
  instructions: string | null,
  input: unknown,
  names: Pick<ToolNames, 'toChat'>,
): ChatMessage[] {
  const system = instructions === null ? [] : [instructions];
  const messages: ChatMessage[] = [];

  function assistant(): AssistantMessage {
    const last = messages.at(-1);
    if (last?.role === 'assistant') return last;
    const message: AssistantMessage = { role: 'assistant', content: null };
    messages.push(message);
    return message;
  }

  function addMessage(role: string, content: unknown): void {
    if (role === 'assistant') {
      const said = plainText(content);
      if (said === '') return;
      const turn = assistant();
      turn.content = turn.content === null ? said : `${turn.content}\n${said}`;
    } else if (role !== 'user' && messages.length === 0) {
      system.push(plainText(content));
    } else {
      // Templates of many open models take a system message at the start only: a later one is told as the user's.
      messages.push({ role: 'user', content: userContent(content) });
    }
  }

  function addItem(item: JsonObject): void {
    switch (item.type ?? 'message') {
      case 'message':
        addMessage(asText(item.role) ?? 'user', item.content);
        break;
      case 'function_call': {
        const turn = assistant();
        turn.tool_calls ??= [];
        const name = names.toChat({ namespace: asText(item.namespace), name: asText(item.name) ?? '' });
        turn.tool_calls.push({
          id: asText(item.call_id) ?? '',
          type: 'function',
          function: { name, arguments: asText(item.arguments) ?? '' },
        });
        break;
      }
      case 'function_call_output':
        messages.push({
          role: 'tool',
          tool_call_id: asText(item.call_id) ?? '',
          content: plainText(item.output),
        });
    }
  }

  if (typeof input === 'string') addMessage('user', input);
  for (const value of asArray(input)) {
    const item = asObject(value);
    if (item !== null) addItem(item);
  }
  const opening: ChatMessage[] = system.length > 0 ? [{ role: 'system', content: system.join('\n\n') }] : [];
  return [...opening, ...messages];
}

/** The words of a content that is a string or a list of parts; a part without words is named. */
function plainText(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .flatMap((value) => {
      const part = asObject(value);
      const text = partText(part);
      if (text !== null) return [text];
      return part?.type === 'input_image' || part?.type === 'input_file' ? [`[${part.type} left out]`] : [];
    })
    .join('\n');
}

/** A string wherever there is nothing but words: many servers take no list. */
function userContent(content: unknown): UserContent {
  const parts = asArray(content).map(asObject);
  if (!parts.some((part) => imageUrl(part) !== null)) return plainText(content);
  return parts.flatMap((part): JsonObject[] => {
    const url = imageUrl(part);
    if (url !== null) {
      const detail = asText(part?.detail);
      return [{ type: 'image_url', image_url: detail === null ? { url } : { url, detail } }];
    }
    const text = partText(part);
    return text === null ? [] : [{ type: 'text', text }];
  });
}

function partText(part: JsonObject | null): string | null {
  return asText(part?.text) ?? asText(part?.refusal);
}

function imageUrl(part: JsonObject | null): string | null {
  return part?.type === 'input_image' ? asText(part.image_url) : null;
}
