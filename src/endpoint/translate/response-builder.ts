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

/** Maximum length of an answer. It is kept in memory, because the last events repeat it. */
const MAX_ANSWER_CHARS = 8 * 1024 * 1024;
/** Estimated size of an item without its text. */
const ITEM_CHARS = 512;

/** A tool call whose fragments are still arriving. */
export interface PendingCall {
  id: string | null;
  /** Empty until it is known. The item is opened only then. */
  name: string;
  item: OpenItem | null;
  /** Arguments that were not added to the item yet. */
  buffered: string;
}

/** Why a response failed: an error code of the Responses API, and the HTTP status with the same meaning. */
export interface Failure {
  message: string;
  code: string;
  status: number;
}

/** Finish reasons of chat for an incomplete answer, and the reasons of the Responses API. */
const INCOMPLETE: Readonly<Record<string, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

/** Builds a response and emits its events. After the end or a failure, it ignores further input. */
export class ResponseBuilder {
  /** The model that the server names; until then the requested one. */
  model: string | null;
  usage: Usage | null = null;
  /** The whole response, after it ended without a failure. */
  ended: JsonObject | null = null;
  failure: Failure | null = null;

  readonly #names: Pick<ToolNames, 'fromChat'>;
  readonly #emit: Emit;
  readonly #identity = {
    id: itemId('resp'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
  };
  /** By output index; an open item is a hole. */
  readonly #output: JsonObject[] = [];
  readonly #calls: PendingCall[] = [];
  #textItem: { kind: TextItemKind; item: OpenItem } | null = null;
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

  /** Adds text or reasoning. A change between the two starts a new item. */
  addText(kind: TextItemKind, text: string): void {
    const isNew = this.#textItem?.kind !== kind;
    if (!this.#accept(text.length + (isNew ? ITEM_CHARS : 0))) return;
    if (isNew) {
      this.#closeTextItem('completed');
      this.#textItem = { kind, item: openTextItem(kind, this.#opened++, this.#emit) };
    }
    this.#textItem?.item.add(text);
  }

  beginCall(name: string, id: string | null): PendingCall {
    const call: PendingCall = { id, name, item: null, buffered: '' };
    if (this.#accept(ITEM_CHARS)) this.#calls.push(call);
    return call;
  }

  /** Adds arguments; the name may have arrived too. Calls stay open until the end: their fragments may be interleaved. */
  addToCall(call: PendingCall, more: string): void {
    if (!this.#accept(more.length)) return;
    call.buffered += more;
    if (call.item === null && call.name !== '') this.#openCall(call);
    if (call.item === null || call.buffered === '') return;
    call.item.add(call.buffered);
    call.buffered = '';
  }

  /** Ends the response. `finish` is the finish reason of chat; null for none. */
  end(finish: string | null): void {
    if (this.isOver) return;
    const reason = INCOMPLETE[finish ?? ''] ?? null;
    const status = reason === null ? 'completed' : 'incomplete';
    this.#closeTextItem(status);
    for (const call of this.#calls) {
      const item = call.item ?? this.#openCall(call);
      if (call.buffered !== '') item.add(call.buffered);
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

  #accept(chars: number): boolean {
    this.#chars += chars;
    if (this.#chars > MAX_ANSWER_CHARS) {
      const message = `The answer is longer than ${MAX_ANSWER_CHARS / 1024 / 1024} MB.`;
      this.fail({ message, code: 'server_error', status: 502 });
    }
    return !this.isOver;
  }

  #openCall(call: PendingCall): OpenItem {
    this.#closeTextItem('completed');
    const fn = this.#names.fromChat(call.name);
    call.item = openCallItem({ fn, callId: call.id }, this.#opened++, this.#emit);
    return call.item;
  }

  #closeTextItem(status: 'completed' | 'incomplete'): void {
    if (this.#textItem === null) return;
    const { item } = this.#textItem;
    this.#textItem = null;
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

/** Usage with the names of the API. Null when a count is missing: zero would be a false measurement. */
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
