import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.js';
import type { FunctionName } from './tool-names.js';

/** Sends an event of the Responses API. */
export type Emit = (type: string, fields: JsonObject) => void;

/** An item of a response's `output` that is still growing. */
export interface OpenItem {
  /** Its index in `output`. */
  readonly index: number;
  add(more: string): void;
  /** Ends the item and returns it. Call this once. */
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

/** Opens a message or a reasoning item with one text part. */
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
  const position = { item_id: id, output_index: index, content_index: 0 };
  let text = '';
  emit('response.output_item.added', { output_index: index, item: item('in_progress', []) });
  emit('response.content_part.added', { ...position, part: part('') });
  return {
    index,
    add(more) {
      text += more;
      emit(`${event}.delta`, { ...position, delta: more });
    },
    close(status) {
      const done = item(status, [part(text)]);
      emit(`${event}.done`, { ...position, text });
      emit('response.content_part.done', { ...position, part: part(text) });
      emit('response.output_item.done', { output_index: index, item: done });
      return done;
    },
  };
}

/** Opens a function call. The agent uses `callId` when it sends the result. */
export function openCallItem(
  call: { fn: FunctionName; callId: string | null },
  index: number,
  emit: Emit,
): OpenItem {
  const { namespace, name } = call.fn;
  const id = itemId('fc');
  const callId = call.callId ?? itemId('call');
  const position = { item_id: id, output_index: index };
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
      emit('response.function_call_arguments.delta', { ...position, delta: more });
    },
    close(status) {
      const done = item(status, args);
      emit('response.function_call_arguments.done', { ...position, name, arguments: args });
      emit('response.output_item.done', { output_index: index, item: done });
      return done;
    },
  };
}

/** A random id in the format of the API: a prefix and 32 hex digits. */
export function itemId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}
