import type { ApiError } from '../probe/api-error.js';
import type { Usage } from './usage.js';

/** A tool call of the model as it was read; `arguments` is the JSON text, capped. */
export interface ToolCallReading {
  id: string | null;
  name: string;
  arguments: string;
  /** Its input is free text, not JSON. */
  freeForm?: true;
}

/** What one answer of a model said, read while it passes by. Its size is bounded whatever the answer's. */
export interface Reading {
  servedModel: string | null;
  /** The last usage reported. */
  usage: Usage | null;
  finish: string | null;
  text: string;
  toolCalls: ToolCallReading[];
  /** Some piece had a shape that only an answer of the API has. */
  isApi: boolean;
  /** Some content, reasoning or tool call came. */
  spoke: boolean;
  /** The server said that it was done: `[DONE]`, a terminal event, or one whole JSON answer. */
  complete: boolean;
  /** An error the server reported inside its answer. */
  error: ApiError | null;
  /** Why the answer cannot be understood. */
  malformed: string | null;
}

export const TEXT_CHARS = 65_536;
const TOOL_CALLS = 256;

export function emptyReading(): Reading {
  return {
    servedModel: null,
    usage: null,
    finish: null,
    text: '',
    toolCalls: [],
    isApi: false,
    spoke: false,
    complete: false,
    error: null,
    malformed: null,
  };
}

/** Adds `more`, never beyond the cap. */
export function appendCapped(text: string, more: string): string {
  return text.length >= TEXT_CHARS ? text : text + more.slice(0, TEXT_CHARS - text.length);
}

/** Adds the model's words to the reading. */
export function addText(reading: Reading, text: string): void {
  reading.spoke = true;
  reading.text = appendCapped(reading.text, text);
}

/** Starts a tool call and returns it; past the cap on their number it is counted nowhere. */
export function addToolCall(reading: Reading, name: string, id: string | null): ToolCallReading {
  const call: ToolCallReading = { id, name, arguments: '' };
  reading.spoke = true;
  if (reading.toolCalls.length < TOOL_CALLS) reading.toolCalls.push(call);
  return call;
}
