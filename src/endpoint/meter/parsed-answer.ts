import type { ApiError } from '../probe/api-error.js';
import type { Usage } from './usage.js';

/** A tool call of the model as it was read; `arguments` is the JSON text, capped. */
export interface ParsedToolCall {
  id: string | null;
  name: string;
  arguments: string;
  /** Its input is free text, not JSON. */
  freeForm?: true;
}

/** What one answer of a model said, read while it passes by. Its size is bounded whatever the answer's. */
export interface ParsedAnswer {
  servedModel: string | null;
  /** The last usage reported. */
  usage: Usage | null;
  finish: string | null;
  text: string;
  toolCalls: ParsedToolCall[];
  /** Some piece had a shape that only an answer of the API has. */
  isApi: boolean;
  /** Some content, reasoning or tool call came. */
  hasOutput: boolean;
  /** The server said that it was done: `[DONE]`, a terminal event, or one whole JSON answer. */
  complete: boolean;
  /** An error the server reported inside its answer. */
  error: ApiError | null;
  /** Why the answer cannot be understood. */
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

/** Adds `more`, never beyond the cap. */
export function appendCapped(text: string, more: string): string {
  return text.length >= MAX_TEXT_CHARS ? text : text + more.slice(0, MAX_TEXT_CHARS - text.length);
}

/** Adds the model's words to the answer. */
export function addText(answer: ParsedAnswer, text: string): void {
  answer.hasOutput = true;
  answer.text = appendCapped(answer.text, text);
}

/** Starts a tool call and returns it; past the cap on their number it is counted nowhere. */
export function addToolCall(answer: ParsedAnswer, name: string, id: string | null): ParsedToolCall {
  const call: ParsedToolCall = { id, name, arguments: '' };
  answer.hasOutput = true;
  if (answer.toolCalls.length < MAX_TOOL_CALLS) answer.toolCalls.push(call);
  return call;
}
