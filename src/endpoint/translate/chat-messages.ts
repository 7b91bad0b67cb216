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
 * Translates the conversation of a Responses request to chat messages.
 *
 * The items of one assistant turn become one chat message. Dropped: reasoning, which has no standard field in chat, and
 * calls of tools that are not functions, with their outputs, since chat cannot offer such tools. An image in a tool output
 * becomes a note, since chat allows images only in user messages.
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
      const text = plainText(content);
      if (text === '') return;
      const turn = assistant();
      turn.content = turn.content === null ? text : `${turn.content}\n${text}`;
    } else if (role !== 'user' && messages.length === 0) {
      system.push(plainText(content));
    } else {
      // Many chat templates allow a system message only at the start: a later one becomes a user message.
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

/** The text of a content: a string or a list of parts. A part without text becomes a note. */
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

/** A string when the content has only text: many servers accept no list. */
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
