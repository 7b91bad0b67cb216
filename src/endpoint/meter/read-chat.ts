import { asArray, asCount, asObject, asText, type JsonObject } from '../json.js';
import { isApiError, readApiError } from '../probe/api-error.js';
import type { SplitHandlers } from './answer-splitter.js';
import {
  addText,
  addToolCall,
  appendCapped,
  type ParsedAnswer,
  type ParsedToolCall,
} from './parsed-answer.js';
import { readUsage } from './usage.js';

/** Reads one JSON value of an answer: an event of a stream, or a whole document. */
export type ReadValue = (value: unknown) => void;

/** A tool call whose fragments are still arriving. */
interface OpenCall {
  id: string | null;
  name: string;
}

/**
 * Returns a function that finds the call of a `tool_calls` fragment, and the text that the fragment adds to the
 * arguments. `begin` creates a new call.
 *
 * Fragments of one call have the same index; the first one has the name. Some servers omit the index (then `position` in
 * the list counts) or give every call index 0 (then a new id is a new call).
 */
export function toolCallAssembler<Call extends OpenCall>(
  begin: (name: string, id: string | null) => Call,
): (fragment: JsonObject, position: number) => { call: Call; more: string } {
  const open = new Map<number, Call>();
  return (fragment, position) => {
    const index = asCount(fragment.index) ?? position;
    const id = asText(fragment.id);
    const fn = asObject(fragment.function);
    const name = asText(fn?.name) ?? '';
    let call = open.get(index);
    if (call === undefined || (id !== null && call.id !== null && id !== call.id)) {
      call = begin(name, id);
      open.set(index, call);
    } else if (call.name === '') {
      call.name = name;
    }
    return { call, more: asText(fn?.arguments) ?? '' };
  };
}

/** Reads values of the Chat Completions API, chunks or whole completions, into `answer`. */
export function chatReader(answer: ParsedAnswer): Required<Pick<SplitHandlers, 'onValue' | 'onTextDelta'>> {
  const assemble = toolCallAssembler<ParsedToolCall>((name, id) => addToolCall(answer, name, id));

  function readText(content: unknown): void {
    if (content === undefined || content === null || content === '') return;
    if (typeof content === 'string') addText(answer, content);
    else for (const text of contentTexts(content)) addText(answer, text);
  }

  function readMessage(message: JsonObject): void {
    readText(message.content);
    readText(message.refusal);
    if (asText(message.reasoning_content) ?? asText(message.reasoning)) answer.hasOutput = true;
    if (message.tool_calls === undefined) return;
    asArray(message.tool_calls).forEach((value, position) => {
      const fragment = asObject(value);
      if (fragment === null) return;
      const { call, more } = assemble(fragment, position);
      call.arguments = appendCapped(call.arguments, more);
    });
  }

  function readChunk(value: unknown): void {
    const chunk = asObject(value);
    if (chunk === null) return;
    answer.error ??= readApiError(chunk);
    answer.isApi ||= Array.isArray(chunk.choices) || isApiError(chunk);
    answer.servedModel ??= asText(chunk.model);
    answer.usage = readUsage(chunk.usage) ?? answer.usage;
    const choice = asObject(asArray(chunk.choices)[0]);
    if (choice === null) return;
    const message = asObject(choice.delta) ?? asObject(choice.message);
    if (message !== null) readMessage(message);
    answer.finish = asText(choice.finish_reason) ?? answer.finish;
  }

  return {
    onValue: readChunk,
    onTextDelta(field, text) {
      if (field === 'content') addText(answer, text);
    },
  };
}

/** The texts of a `content` field: a string, or a list of parts. */
export function contentTexts(content: unknown): string[] {
  if (typeof content === 'string') return content === '' ? [] : [content];
  return asArray(content).flatMap((part) => asText(asObject(part)?.text) ?? []);
}
