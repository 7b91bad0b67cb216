import type { CallCause } from '../../model/model-call.js';
import { asArray, asObject, asText, type JsonObject } from '../json.js';
import { answerSplitter } from '../meter/answer-splitter.js';
import { classifyInBand } from '../meter/classify-call.js';
import { redactKey } from '../meter/key-redactor.js';
import { contentTexts, toolCallAssembler } from '../meter/read-chat.js';
import { readUsage } from '../meter/usage.js';
import { type ApiError, readApiError } from '../probe/api-error.js';
import { type Failure, ResponseBuilder } from './response-builder.js';
import type { ToolNames } from './tool-names.js';

/** Error codes that clients of the Responses API handle; `server_error` for all others. */
const CODES: Partial<Record<CallCause, string>> = {
  context_overflow: 'context_length_exceeded',
  rate_limited: 'rate_limit_exceeded',
  quota: 'insufficient_quota',
};

/** Translates one answer from the Chat Completions API to the Responses API. */
export interface AnswerTranslator {
  push(chunk: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
  /** Ends the answer with a failure. */
  fail(why: string): void;
  /** Returns the new events as the text of a stream, and removes them. Some exist before the first `push`. */
  takeEvents(): string;
  /** After the end: the whole response, or the reason why there is none. */
  result(): { kind: 'response'; response: JsonObject } | { kind: 'failed'; failure: Failure };
}

/**
 * Translates one answer, streamed or not; the request may have asked for the other. `model` is the requested model, used
 * until the server names one. `names` are the names of the request's tools. `key` is redacted in errors. A refusal becomes
 * plain text: not every agent knows refusals of the Responses API.
 */
export function answerTranslator(
  model: string | null,
  names: Pick<ToolNames, 'fromChat'>,
  key: string | null,
): AnswerTranslator {
  let events = '';
  let sequence = 0;
  const builder = new ResponseBuilder(model, names, (type, fields) => {
    const event = { type, sequence_number: sequence++, ...fields };
    events += `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
  });
  const assemble = toolCallAssembler((name, id) => builder.beginCall(name, id));
  let finish: string | null = null;

  function readChunk(value: unknown): void {
    const chunk = asObject(value);
    if (chunk === null || builder.isOver) return;
    builder.model = asText(chunk.model) ?? builder.model;
    builder.usage = readUsage(chunk.usage) ?? builder.usage;
    const error = readApiError(chunk);
    if (error !== null) builder.fail(inBandFailure(error, key));
    const choice = asObject(asArray(chunk.choices)[0]);
    const message = asObject(choice?.delta) ?? asObject(choice?.message);
    if (message !== null) readMessage(message);
    finish = asText(choice?.finish_reason) ?? finish;
  }

  function readMessage(message: JsonObject): void {
    const reasoning = asText(message.reasoning_content) ?? asText(message.reasoning);
    if (reasoning !== null) builder.addText('reasoning', reasoning);
    for (const text of [message.content, message.refusal].flatMap(contentTexts))
      builder.addText('message', text);
    asArray(message.tool_calls).forEach((value, position) => {
      const fragment = asObject(value);
      if (fragment === null) return;
      const { call, more } = assemble(fragment, position);
      builder.addToCall(call, more);
    });
  }

  const fail = (why: string) => builder.fail(brokenAnswer(why));
  const splitter = answerSplitter({
    onValue: readChunk,
    onDone: () => builder.end(finish),
    onMalformed: fail,
  });

  return {
    push: splitter.push,
    end() {
      splitter.end();
      if (finish === null) fail('The stream ended in the middle of the answer.');
      else builder.end(finish);
    },
    fail,
    takeEvents() {
      const text = events;
      events = '';
      return text;
    },
    result() {
      if (builder.ended !== null) return { kind: 'response', response: builder.ended };
      return { kind: 'failed', failure: builder.failure ?? brokenAnswer('The answer has not ended.') };
    },
  };
}

function brokenAnswer(message: string): Failure {
  return { message, code: 'server_error', status: 502 };
}

/** An error that came inside a 2xx answer. */
function inBandFailure(error: ApiError, key: string | null): Failure {
  const status = error.status ?? 0;
  return {
    message: redactKey(error.message, key),
    code: CODES[classifyInBand(error)] ?? 'server_error',
    status: status >= 400 && status < 600 ? status : 502,
  };
}
