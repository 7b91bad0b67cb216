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

/** Takes in one parsed piece of an answer: an event of a stream, or the whole of one that was not streamed. */
export type ReadValue = (piece: unknown) => void;

/** A tool call as its fragments tell it. */
interface OpenCall {
  id: string | null;
  name: string;
}

/**
 * Says which call each fragment of `tool_calls` belongs to, and what it adds to the arguments; `begin` is asked for every
 * new call. A name comes once, with the first fragment of its call; arguments follow by index. Some servers leave the
 * index out (`position` in the list then counts), or number every call 0: another id is then another call.
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

/** Reads the Chat Completions API, chunks and whole completions alike, into `answer`. */
export function chatReader(answer: ParsedAnswer): Required<Pick<SplitHandlers, 'onValue' | 'onTextDelta'>> {
  const sort = toolCallAssembler<ParsedToolCall>((name, id) => addToolCall(answer, name, id));

  function absorbText(content: unknown): void {
    if (content === undefined || content === null || content === '') return;
    if (typeof content === 'string') addText(answer, content);
    else for (const text of contentTexts(content)) addText(answer, text);
  }

  function absorbMessage(message: JsonObject): void {
    absorbText(message.content);
    absorbText(message.refusal);
    if (asText(message.reasoning_content) ?? asText(message.reasoning)) answer.hasOutput = true;
    if (message.tool_calls === undefined) return;
    asArray(message.tool_calls).forEach((value, position) => {
      const fragment = asObject(value);
      if (fragment === null) return;
      const { call, more } = sort(fragment, position);
      call.arguments = appendCapped(call.arguments, more);
    });
  }

  function absorb(piece: unknown): void {
    const chunk = asObject(piece);
    if (chunk === null) return;
    answer.error ??= readApiError(chunk);
    answer.isApi ||= Array.isArray(chunk.choices) || isApiError(chunk);
    answer.servedModel ??= asText(chunk.model);
    answer.usage = readUsage(chunk.usage) ?? answer.usage;
    const choice = asObject(asArray(chunk.choices)[0]);
    if (choice === null) return;
    const message = asObject(choice.delta) ?? asObject(choice.message);
    if (message !== null) absorbMessage(message);
    answer.finish = asText(choice.finish_reason) ?? answer.finish;
  }

  return {
    onValue: absorb,
    onTextDelta(field, words) {
      if (field === 'content') addText(answer, words);
    },
  };
}

/** The words of a message's `content`: a string, or a list of parts. */
export function contentTexts(content: unknown): string[] {
  if (typeof content === 'string') return content === '' ? [] : [content];
  return asArray(content).flatMap((part) => asText(asObject(part)?.text) ?? []);
}
