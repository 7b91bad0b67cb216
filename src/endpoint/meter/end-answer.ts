import type { ServerResponse } from 'node:http';
import { errorBody } from '../probe/api-error.js';
import type { ExchangeResult } from './exchange.js';
import { describeFault, faultCode } from './fault.js';
import { responseHeaders } from './headers.js';
import { redactKey } from './key-redactor.js';

/** Ends the response to the agent as the endpoint ended its answer. `host` is `name:port` of the endpoint. */
export function endAnswer(
  response: ServerResponse,
  result: ExchangeResult,
  { key, host }: { key: string | null; host: string },
): void {
  switch (result.kind) {
    case 'streamed':
      response.end();
      break;
    case 'refused':
      response.writeHead(result.status, responseHeaders(result.headers, key));
      // Latin-1 preserves all other bytes in any encoding.
      response.end(Buffer.from(redactKey(result.body.toString('latin1'), key), 'latin1'));
      break;
    case 'broken':
      if (response.headersSent) response.destroy();
      else {
        const message = redactKey(describeFault(result.error, host), key);
        sendError(response, 502, message, 'endpoint_connection', faultCode(result.error));
      }
      break;
    case 'aborted':
      response.destroy();
  }
}

/** Sends an error of the meter itself, in OpenAI's format. */
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
