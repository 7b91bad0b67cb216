import { asArray, asObject, asText, type JsonObject } from '../json.js';
import { isApiError, readApiError } from '../probe/api-error.js';
import {
  addText,
  addToolCall,
  appendCapped,
  type ParsedAnswer,
  type ParsedToolCall,
} from './parsed-answer.js';
import type { ReadValue } from './read-chat.js';
import { readUsage } from './usage.js';

/** Whether the value has the shape of an event or a response of the Responses API. */
export function hasResponsesShape(value: JsonObject): boolean {
  return (
    value.object === 'response' || (asText(value.type)?.startsWith('response.') ?? false) || isApiError(value)
  );
}

/** Reads values of the Responses API, stream events or whole responses, into `answer`. */
export function responsesReader(answer: ParsedAnswer): ReadValue {
  const calls = new Map<unknown, ParsedToolCall>();

  function readItem(item: JsonObject, slot: unknown): void {
    const type = asText(item.type) ?? '';
    if (type === 'message') {
      if (answer.text !== '') return;
      for (const part of asArray(item.content)) {
        const text = asText(asObject(part)?.text) ?? asText(asObject(part)?.refusal);
        if (text !== null) addText(answer, text);
      }
    } else if (type.endsWith('_call')) {
      const call = calls.get(slot) ?? addToolCall(answer, asText(item.name) ?? type, asText(item.call_id));
      calls.set(slot, call);
      if (type !== 'function_call') call.freeForm = true;
      const args = asText(item.arguments) ?? asText(item.input);
      if (args !== null) call.arguments = appendCapped('', args);
    } else if (type === 'reasoning') {
      answer.hasOutput = true;
    }
  }

  function readResponse(response: JsonObject): void {
    answer.servedModel ??= asText(response.model);
    answer.usage = readUsage(response.usage) ?? answer.usage;
    if (response.error !== null) answer.error ??= readApiError(response);
    asArray(response.output).forEach((value, index) => {
      const item = asObject(value);
      if (item !== null) readItem(item, index);
    });
    const status = asText(response.status);
    if (status === null || status === 'in_progress' || status === 'queued') return;
    answer.finish = asText(asObject(response.incomplete_details)?.reason) ?? status;
    answer.complete = true;
  }

  return (value) => {
    const event = asObject(value);
    if (event === null) return;
    const type = asText(event.type) ?? '';
    answer.isApi ||= hasResponsesShape(event);
    const response = asObject(event.response);
    const item = asObject(event.item);
    if (response !== null) readResponse(response);
    else if (event.object === 'response') readResponse(event);
    else if (type === 'response.output_text.delta' || type === 'response.refusal.delta') {
      const delta = asText(event.delta);
      if (delta !== null) addText(answer, delta);
    } else if (type.startsWith('response.output_item.') && item !== null) {
      // Servers announce an empty reasoning item long before its first token: it is not output yet.
      if (!(type.endsWith('.added') && item.type === 'reasoning')) readItem(item, event.output_index);
    } else if (type.startsWith('response.') && type.endsWith('.delta')) {
      answer.hasOutput = true;
    } else {
      answer.error ??= readApiError(event);
    }
  };
}
