import { asArray, asObject, asText, type JsonObject } from '../json.js';
import { isErrorOfApi, readApiError } from '../probe/api-error.js';
import type { Absorb } from './read-chat.js';
import { addText, addToolCall, appendCapped, type Reading, type ToolCallReading } from './reading.js';
import { readUsage } from './usage.js';

/** Whether this has a shape that only an event or an answer of the Responses API has. */
export function isResponsesPiece(piece: JsonObject): boolean {
  return (
    piece.object === 'response' ||
    (asText(piece.type)?.startsWith('response.') ?? false) ||
    isErrorOfApi(piece)
  );
}

/** Reads the Responses API, stream events and whole responses alike, into `reading`. */
export function responsesReader(reading: Reading): Absorb {
  const open = new Map<unknown, ToolCallReading>();

  function absorbItem(item: JsonObject, slot: unknown): void {
    const type = asText(item.type) ?? '';
    if (type === 'message') {
      if (reading.text !== '') return;
      for (const part of asArray(item.content)) {
        const text = asText(asObject(part)?.text) ?? asText(asObject(part)?.refusal);
        if (text !== null) addText(reading, text);
      }
    } else if (type.endsWith('_call')) {
      const call = open.get(slot) ?? addToolCall(reading, asText(item.name) ?? type, asText(item.call_id));
      open.set(slot, call);
      if (type !== 'function_call') call.freeForm = true;
      const args = asText(item.arguments) ?? asText(item.input);
      if (args !== null) call.arguments = appendCapped('', args);
    } else if (type === 'reasoning') {
      reading.spoke = true;
    }
  }

  function absorbResponse(response: JsonObject): void {
    reading.servedModel ??= asText(response.model);
    reading.usage = readUsage(response.usage) ?? reading.usage;
    if (response.error !== null) reading.error ??= readApiError(response);
    asArray(response.output).forEach((value, index) => {
      const item = asObject(value);
      if (item !== null) absorbItem(item, index);
    });
    const status = asText(response.status);
    if (status === null || status === 'in_progress' || status === 'queued') return;
    reading.finish = asText(asObject(response.incomplete_details)?.reason) ?? status;
    reading.complete = true;
  }

  return (piece) => {
    const event = asObject(piece);
    if (event === null) return;
    const type = asText(event.type) ?? '';
    reading.isApi ||= isResponsesPiece(event);
    const response = asObject(event.response);
    const item = asObject(event.item);
    if (response !== null) absorbResponse(response);
    else if (event.object === 'response') absorbResponse(event);
    else if (type === 'response.output_text.delta' || type === 'response.refusal.delta') {
      const delta = asText(event.delta);
      if (delta !== null) addText(reading, delta);
    } else if (type.startsWith('response.output_item.') && item !== null) {
      // An empty reasoning item is announced long before the first thought: not yet speech.
      if (!(type.endsWith('.added') && item.type === 'reasoning')) absorbItem(item, event.output_index);
    } else if (type.startsWith('response.') && type.endsWith('.delta')) {
      reading.spoke = true;
    } else {
      reading.error ??= readApiError(event);
    }
  };
}
