import type { ApiError } from '../probe/api-error.js';
import type { Usage } from './usage.js';

/** A tool call of the model. `arguments` is its JSON text, truncated to {@link MAX_TEXT_CHARS}. */
export interface ParsedToolCall {
  id: string | null;
  name: string;
  arguments: string;
  /** Its input is free text, not JSON. */
  freeForm?: true;
}

/** The content of one answer. Its size is bounded, also for an endless answer. */
export interface ParsedAnswer {
  servedModel: string | null;
  /** The last usage that was reported. */
  usage: Usage | null;
  finish: string | null;
  text: string;
  toolCalls: ParsedToolCall[];
  /** A value was found that only this API sends. */
  isApi: boolean;
  /** There is text, reasoning or a tool call. */
  hasOutput: boolean;
  /** The server ended the answer: `[DONE]`, a terminal event, or a whole JSON document. */
  complete: boolean;
  /** An error that the server reported inside the answer. */
  error: ApiError | null;
  /** Why the answer cannot be parsed. */
  malformed: string | null;
}

export const MAX_TEXT_CHARS = 65_536;
const MAX_TOOL_CALLS = 256;

export function emptyAnswer(): ParsedAnswer {
  return {
    servedModel: null,
    usage: null,
    finish: null,
    text: '',
    toolCalls: [],
    isApi: false,
    hasOutput: false,
    complete: false,
    error: null,
    malformed: null,
  };
}

/** Returns `text + more`, truncated to {@link MAX_TEXT_CHARS}. */
export function appendCapped(text: string, more: string): string {
  return text.length >= MAX_TEXT_CHARS ? text : text + more.slice(0, MAX_TEXT_CHARS - text.length);
}

export function addText(answer: ParsedAnswer, text: string): void {
  answer.hasOutput = true;
  answer.text = appendCapped(answer.text, text);
}

/** Returns a new tool call. It is not added to the answer when that has {@link MAX_TOOL_CALLS} already. */
export function addToolCall(answer: ParsedAnswer, name: string, id: string | null): ParsedToolCall {
  const call: ParsedToolCall = { id, name, arguments: '' };
  answer.hasOutput = true;
  if (answer.toolCalls.length < MAX_TOOL_CALLS) answer.toolCalls.push(call);
  return call;
}
