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

/** The codes that clients of the Responses API act on; `server_error` for all else. */
const CODES: Partial<Record<CallCause, string>> = {
  context_overflow: 'context_length_exceeded',
  rate_limited: 'rate_limit_exceeded',
  quota: 'insufficient_quota',
};

/** An answer of the Chat Completions API on its way to becoming one of the Responses API. */
export interface AnswerTranslator {
  push(chunk: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
  /** Ends the answer as one that cannot be used. */
  fail(why: string): void;
  /** The events since they were last taken, as text of a stream. The first are there from the beginning. */
  takeEvents(): string;
  /** After the end: the whole response, or why there is none. */
  result(): { kind: 'response'; response: JsonObject } | { kind: 'failed'; failure: Failure };
}

/**
 * Translates one answer, which may be streamed or not, whatever was asked for. `model` is what the request named, until
 * the server says what it is called; `names` are those of its tools. `key` is cut out of errors. A refusal is told as plain words: agents of the
 * Responses API do not all know it as anything else.
 */
export function answerTranslator(
  model: string | null,
  names: Pick<ToolNames, 'fromChat'>,
  key: string | null,
): AnswerTranslator {
  let events = '';
  let sequence = 0;
  const writer = new ResponseBuilder(model, names, (type, fields) => {
    const event = { type, sequence_number: sequence++, ...fields };
    events += `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
  });
  const sort = toolCallAssembler((name, id) => writer.beginCall(name, id));
  let finish: string | null = null;

  function absorb(piece: unknown): void {
    const chunk = asObject(piece);
    if (chunk === null || writer.isOver) return;
    writer.model = asText(chunk.model) ?? writer.model;
    writer.usage = readUsage(chunk.usage) ?? writer.usage;
    const error = readApiError(chunk);
    if (error !== null) writer.fail(inBandFailure(error, key));
    const choice = asObject(asArray(chunk.choices)[0]);
    const message = asObject(choice?.delta) ?? asObject(choice?.message);
    if (message !== null) absorbMessage(message);
    finish = asText(choice?.finish_reason) ?? finish;
  }

  function absorbMessage(message: JsonObject): void {
    const thought = asText(message.reasoning_content) ?? asText(message.reasoning);
    if (thought !== null) writer.addText('reasoning', thought);
    for (const text of [message.content, message.refusal].flatMap(contentTexts))
      writer.addText('message', text);
    asArray(message.tool_calls).forEach((value, position) => {
      const fragment = asObject(value);
      if (fragment === null) return;
      const { call, more } = sort(fragment, position);
      writer.addToCall(call, more);
    });
  }

  const fail = (why: string) => writer.fail(brokenAnswer(why));
  const pieces = answerSplitter({
    onValue: absorb,
    onDone: () => writer.end(finish),
    onMalformed: fail,
  });

  return {
    push: pieces.push,
    end() {
      pieces.end();
      if (finish === null) fail('The stream ended in the middle of the answer.');
      else writer.end(finish);
    },
    fail,
    takeEvents() {
      const text = events;
      events = '';
      return text;
    },
    result() {
      if (writer.ended !== null) return { kind: 'response', response: writer.ended };
      return { kind: 'failed', failure: writer.failure ?? brokenAnswer('The answer has not ended.') };
    },
  };
}

function brokenAnswer(message: string): Failure {
  return { message, code: 'server_error', status: 502 };
}

/** An error that came inside of an answer which had begun well. */
function inBandFailure(error: ApiError, key: string | null): Failure {
  const said = error.status ?? 0;
  return {
    message: redactKey(error.message, key),
    code: CODES[classifyInBand(error)] ?? 'server_error',
    status: said >= 400 && said < 600 ? said : 502,
  };
}
