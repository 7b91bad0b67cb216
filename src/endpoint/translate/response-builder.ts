import type { JsonObject } from '../json.js';
import type { Usage } from '../meter/usage.js';
import {
  type Emit,
  itemId,
  type OpenItem,
  openCallItem,
  openTextItem,
  type TextItemKind,
} from './response-items.js';
import type { ToolNames } from './tool-names.js';

/** A longer answer is given up: the events at its end repeat it, so it has to be kept. */
const ANSWER_CHARS = 8 * 1024 * 1024;
/** What an item costs besides its text. */
const ITEM_CHARS = 512;

/** A tool call as its fragments come. */
export interface PendingCall {
  id: string | null;
  /** Empty until it is known; the agent hears of the call only then. */
  name: string;
  item: OpenItem | null;
  /** Arguments that came before the name. */
  waiting: string;
}

/** Why a response failed. `code` is one that clients of the Responses API know, `status` the HTTP status that says the same. */
export interface Failure {
  message: string;
  code: string;
  status: number;
}

/** Why chat says that an answer was cut short, and how a response says it. */
const INCOMPLETE: Readonly<Record<string, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

/** Builds a response from what a model says, event by event. Once it has ended or failed, nothing more is taken. */
export class ResponseBuilder {
  /** As the server calls itself; until it does, as it was asked for. */
  model: string | null;
  usage: Usage | null = null;
  /** The whole response, once it has ended well. */
  ended: JsonObject | null = null;
  failure: Failure | null = null;

  readonly #names: Pick<ToolNames, 'fromChat'>;
  readonly #emit: Emit;
  readonly #identity = {
    id: itemId('resp'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
  };
  /** By output index, with a hole for every item that is still open. */
  readonly #output: JsonObject[] = [];
  readonly #calls: PendingCall[] = [];
  #spoken: { kind: TextItemKind; item: OpenItem } | null = null;
  #opened = 0;
  #chars = 0;

  constructor(model: string | null, names: Pick<ToolNames, 'fromChat'>, emit: Emit) {
    this.model = model;
    this.#names = names;
    this.#emit = emit;
    const response = this.#response('in_progress');
    emit('response.created', { response });
    emit('response.in_progress', { response });
  }

  get isOver(): boolean {
    return this.ended !== null || this.failure !== null;
  }

  /** Words or thoughts. A change from one to the other begins a new item. */
  addText(kind: TextItemKind, text: string): void {
    const isNew = this.#spoken?.kind !== kind;
    if (!this.#take(text.length + (isNew ? ITEM_CHARS : 0))) return;
    if (isNew) {
      this.#closeSpoken('completed');
      this.#spoken = { kind, item: openTextItem(kind, this.#opened++, this.#emit) };
    }
    this.#spoken?.item.add(text);
  }

  beginCall(name: string, id: string | null): PendingCall {
    const call: PendingCall = { id, name, item: null, waiting: '' };
    if (this.#take(ITEM_CHARS)) this.#calls.push(call);
    return call;
  }

  /** More arguments, and perhaps by now the name. Calls stay open to the end, as their fragments may come in turns. */
  addToCall(call: PendingCall, more: string): void {
    if (!this.#take(more.length)) return;
    call.waiting += more;
    if (call.item === null && call.name !== '') this.#openCall(call);
    if (call.item === null || call.waiting === '') return;
    call.item.add(call.waiting);
    call.waiting = '';
  }

  /** Ends the response. `finish` is why the model stopped, in chat's words; null when it did not say. */
  end(finish: string | null): void {
    if (this.isOver) return;
    const reason = INCOMPLETE[finish ?? ''] ?? null;
    const status = reason === null ? 'completed' : 'incomplete';
    this.#closeSpoken(status);
    for (const call of this.#calls) {
      const item = call.item ?? this.#openCall(call);
      if (call.waiting !== '') item.add(call.waiting);
      this.#output[item.index] = item.close(status);
    }
    this.ended = this.#response(status, { incomplete_details: reason === null ? null : { reason } });
    this.#emit(`response.${status}`, { response: this.ended });
  }

  fail(failure: Failure): void {
    if (this.isOver) return;
    this.failure = failure;
    const { code, message } = failure;
    this.#emit('response.failed', { response: this.#response('failed', { error: { code, message } }) });
  }

  #take(chars: number): boolean {
    this.#chars += chars;
    if (this.#chars > ANSWER_CHARS) {
      const message = `The answer is longer than ${ANSWER_CHARS / 1024 / 1024} MB.`;
      this.fail({ message, code: 'server_error', status: 502 });
    }
    return !this.isOver;
  }

  #openCall(call: PendingCall): OpenItem {
    this.#closeSpoken('completed');
    const fn = this.#names.fromChat(call.name);
    call.item = openCallItem({ fn, callId: call.id }, this.#opened++, this.#emit);
    return call.item;
  }

  #closeSpoken(status: 'completed' | 'incomplete'): void {
    if (this.#spoken === null) return;
    const { item } = this.#spoken;
    this.#spoken = null;
    this.#output[item.index] = item.close(status);
  }

  #response(status: string, fields: JsonObject = {}): JsonObject {
    return {
      ...this.#identity,
      status,
      model: this.model,
      error: null,
      incomplete_details: null,
      output: Object.values(this.#output),
      usage: this.usage === null ? null : usageFields(this.usage),
      ...fields,
    };
  }
}

/** Usage by the API's own names. Null without both sums: a zero in the place of either would be an invention. */
function usageFields({ promptTokens, completionTokens, cachedTokens, reasoningTokens }: Usage) {
  if (promptTokens === null || completionTokens === null) return null;
  return {
    input_tokens: promptTokens,
    ...(cachedTokens === null ? {} : { input_tokens_details: { cached_tokens: cachedTokens } }),
    output_tokens: completionTokens,
    ...(reasoningTokens === null ? {} : { output_tokens_details: { reasoning_tokens: reasoningTokens } }),
    total_tokens: promptTokens + completionTokens,
  };
}
