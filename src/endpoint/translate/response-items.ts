import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.js';
import type { FunctionName } from './tool-names.js';

/** Takes an event of the Responses API; the order of the calls is the order on the wire. */
export type Emit = (type: string, fields: JsonObject) => void;

/** One thing in a response's `output`, while it comes. */
export interface OpenItem {
  /** Its place in `output`. */
  readonly index: number;
  add(more: string): void;
  /** Ends it and returns it whole. Not again after that. */
  close(status: 'completed' | 'incomplete'): JsonObject;
}

export type TextItemKind = 'message' | 'reasoning';

const TEXT_ITEMS = {
  message: {
    prefix: 'msg',
    fields: { role: 'assistant' },
    event: 'response.output_text',
    part: (text: string) => ({ type: 'output_text', text, annotations: [] }),
  },
  reasoning: {
    prefix: 'rs',
    fields: { summary: [] },
    event: 'response.reasoning_text',
    part: (text: string) => ({ type: 'reasoning_text', text }),
  },
} as const;

/** Opens a message or a piece of reasoning: one part of text. */
export function openTextItem(kind: TextItemKind, index: number, emit: Emit): OpenItem {
  const { prefix, fields, event, part } = TEXT_ITEMS[kind];
  const id = itemId(prefix);
  const item = (status: string, content: readonly JsonObject[]) => ({
    type: kind,
    id,
    ...fields,
    status,
    content,
  });
  const place = { item_id: id, output_index: index, content_index: 0 };
  let text = '';
  emit('response.output_item.added', { output_index: index, item: item('in_progress', []) });
  emit('response.content_part.added', { ...place, part: part('') });
  return {
    index,
    add(more) {
      text += more;
      emit(`${event}.delta`, { ...place, delta: more });
    },
    close(status) {
      const done = item(status, [part(text)]);
      emit(`${event}.done`, { ...place, text });
      emit('response.content_part.done', { ...place, part: part(text) });
      emit('response.output_item.done', { output_index: index, item: done });
      return done;
    },
  };
}

/** Opens a call of a function. `callId` is how the agent's answer will name it. */
export function openCallItem(
  call: { fn: FunctionName; callId: string | null },
  index: number,
  emit: Emit,
): OpenItem {
  const { namespace, name } = call.fn;
  const id = itemId('fc');
  const callId = call.callId ?? itemId('call');
  const place = { item_id: id, output_index: index };
  const item = (status: string, args: string) => ({
    type: 'function_call',
    id,
    call_id: callId,
    name,
    ...(namespace === null ? {} : { namespace }),
    arguments: args,
    status,
  });
  let args = '';
  emit('response.output_item.added', { output_index: index, item: item('in_progress', '') });
  return {
    index,
    add(more) {
      args += more;
      emit('response.function_call_arguments.delta', { ...place, delta: more });
    },
    close(status) {
      const done = item(status, args);
      emit('response.function_call_arguments.done', { ...place, name, arguments: args });
      emit('response.output_item.done', { output_index: index, item: done });
      return done;
    },
  };
}

/** An id of the shape the API gives: a prefix and 32 hex digits. */
export function itemId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}
