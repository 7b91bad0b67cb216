import type { ServerResponse } from 'node:http';
import type { AnswerWriter } from '../meter/answer-writer.js';
import { responseHeaders } from '../meter/headers.js';
import { errorBody } from '../probe/api-error.js';
import { answerTranslator } from './answer-translator.js';
import type { ToolNames } from './tool-names.js';

/**
 * Hands a chat answer on as one of the Responses API. In a stream every event leaves with the bytes that made it, and a
 * failure is its last event; otherwise the response is sent whole, and a failure is an HTTP error. `model` and `stream`
 * are what the agent asked for; the endpoint may answer otherwise.
 */
export function translatingWriter(
  response: ServerResponse,
  key: string | null,
  names: Pick<ToolNames, 'fromChat'>,
  { model, stream }: { model: string | null; stream: boolean },
): AnswerWriter {
  const answer = answerTranslator(model, names, key);

  function send(): boolean {
    const events = answer.takeEvents();
    return events === '' || !stream || response.write(events);
  }

  return {
    head(_, { 'content-encoding': encoding, ...headers }, readable) {
      if (!readable) answer.fail(`The answer was compressed as ${encoding}, which cannot be read.`);
      for (const [name, value] of Object.entries(responseHeaders(headers, key))) {
        response.setHeader(name, value);
      }
      response.setHeader('content-type', stream ? 'text/event-stream' : 'application/json');
      send();
    },
    data(chunk) {
      answer.push(chunk);
      return send();
    },
    finish() {
      answer.end();
      send();
      if (stream) return;
      const result = answer.result();
      if (result.kind === 'response') {
        response.write(JSON.stringify(result.response));
        return;
      }
      const { status, message, code } = result.failure;
      response.statusCode = status;
      response.write(errorBody(message, 'endpoint_answer', code));
    },
  };
}
