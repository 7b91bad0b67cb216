import { readApiError } from './api-error.js';
import { asArray, asCount, asObject, asText, type JsonObject } from './json.js';
import { addText, addToolCall, appendCapped, type Reading, type ToolCallReading } from './reading.js';
import { readUsage } from './usage.js';

/** Takes in one parsed piece of an answer: an event of a stream, or the whole of one that was not streamed. */
export type Absorb = (piece: unknown) => void;

/** Reads the Chat Completions API, chunks and whole completions alike, into `reading`. */
export function chatReader(reading: Reading): Absorb {
  const open = new Map<number, ToolCallReading>();

  /*
   * A name comes once, with the first fragment of its call; arguments follow by index. Some servers leave the index
   * out, or number every call 0: another id is then another call.
   */
  function absorbToolCall(fragment: JsonObject, position: number): void {
    const index = asCount(fragment.index) ?? position;
    const id = asText(fragment.id);
    const fn = asObject(fragment.function);
    const name = asText(fn?.name) ?? '';
    let call = open.get(index);
    if (call === undefined || (id !== null && call.id !== null && id !== call.id)) {
      call = addToolCall(reading, name, id);
      open.set(index, call);
    } else if (call.name === '') {
      call.name = name;
    }
    if (typeof fn?.arguments === 'string') call.arguments = appendCapped(call.arguments, fn.arguments);
  }

  function absorbMessage(message: JsonObject): void {
    for (const text of [message.content, message.refusal].flatMap(texts)) addText(reading, text);
    if (asText(message.reasoning_content) ?? asText(message.reasoning)) reading.spoke = true;
    asArray(message.tool_calls).forEach((value, position) => {
      const fragment = asObject(value);
      if (fragment !== null) absorbToolCall(fragment, position);
    });
  }

  return (piece) => {
    const chunk = asObject(piece);
    if (chunk === null) return;
    reading.error ??= readApiError(chunk);
    reading.servedModel ??= asText(chunk.model);
    reading.usage = readUsage(chunk.usage) ?? reading.usage;
    const choice = asObject(asArray(chunk.choices)[0]);
    if (choice === null) return;
    const message = asObject(choice.delta) ?? asObject(choice.message);
    if (message !== null) absorbMessage(message);
    reading.finish = asText(choice.finish_reason) ?? reading.finish;
  };
}

/** Content is a string, or a list of parts. */
function texts(content: unknown): string[] {
  if (typeof content === 'string') return content === '' ? [] : [content];
  return asArray(content).flatMap((part) => asText(asObject(part)?.text) ?? []);
}
