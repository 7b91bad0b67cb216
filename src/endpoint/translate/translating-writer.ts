import type { ServerResponse } from 'node:http';
import type { AnswerWriter } from '../meter/answer-writer.js';
import { responseHeaders } from '../meter/headers.js';
import { errorBody } from '../probe/api-error.js';
import { answerTranslator } from './answer-translator.js';
import type { ToolNames } from './tool-names.js';

/**
 * Writes a chat answer as one of the Responses API. For a stream, every event is sent as soon as its bytes arrive, and a
 * failure is the last event. Otherwise the response is sent at the end, and a failure is an HTTP error. `model` and
 * `stream` are what the agent requested; the endpoint may answer differently.
 */
export function translatingWriter(
  response: ServerResponse,
  key: string | null,
  names: Pick<ToolNames, 'fromChat'>,
  { model, stream }: { model: string | null; stream: boolean },
): AnswerWriter {
  const translator = answerTranslator(model, names, key);

  function send(): boolean {
    const events = translator.takeEvents();
    return events === '' || !stream || response.write(events);
  }

  return {
    head(_, { 'content-encoding': encoding, ...headers }, readable) {
      if (!readable) translator.fail(`The answer was compressed as ${encoding}, which cannot be read.`);
      for (const [name, value] of Object.entries(responseHeaders(headers, key))) {
        response.setHeader(name, value);
      }
      response.setHeader('content-type', stream ? 'text/event-stream' : 'application/json');
      send();
    },
    data(chunk) {
      translator.push(chunk);
      return send();
    },
    finish() {
      translator.end();
      send();
      if (stream) return;
      const result = translator.result();
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
