import type { ServerResponse } from 'node:http';
import { errorBody } from '../probe/api-error.js';
import type { ExchangeResult } from './exchange.js';
import { describeFault, faultCode } from './fault.js';
import { responseHeaders } from './headers.js';
import { redactKey } from './key-redactor.js';

/** Ends the answer to the agent the way the endpoint ended its own. `host` is `name:port` of the endpoint. */
export function endAnswer(
  response: ServerResponse,
  outcome: ExchangeResult,
  { key, host }: { key: string | null; host: string },
): void {
  switch (outcome.kind) {
    case 'streamed':
      response.end();
      break;
    case 'refused':
      response.writeHead(outcome.status, responseHeaders(outcome.headers, key));
      // Latin-1 keeps every byte that is not the key's.
      response.end(Buffer.from(redactKey(outcome.body.toString('latin1'), key), 'latin1'));
      break;
    case 'broken':
      if (response.headersSent) response.destroy();
      else {
        const said = redactKey(describeFault(outcome.error, host), key);
        sendError(response, 502, said, 'endpoint_connection', faultCode(outcome.error));
      }
      break;
    case 'aborted':
      response.destroy();
  }
}

/** Answers with an error of the meter's own, in OpenAI's shape. */
export function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  type: string,
  code: string | null = null,
): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(errorBody(message, type, code));
}
