import type { ServerResponse } from 'node:http';
import type { AnswerSink } from './exchange.js';
import { responseHeaders } from './headers.js';
import type { UsageChunkFilter } from './usage-chunk-filter.js';

/** Writes a 2xx answer to the agent. */
export interface AnswerWriter extends AnswerSink {
  /** Writes what was held back. The caller ends the response. */
  finish(): void;
}

/** Passes an answer through unchanged, except for the event that `filter` removes. */
export function passThroughWriter(
  response: ServerResponse,
  key: string | null,
  filter: UsageChunkFilter | null,
): AnswerWriter {
  let hasData = false;
  return {
    head(status, headers) {
      response.writeHead(status, responseHeaders(headers, key));
      // The first bytes usually arrive together with the headers. The delay sends both in one packet.
      setImmediate(() => {
        if (!hasData && !response.writableEnded) response.flushHeaders();
      });
    },
    data(chunk) {
      hasData = true;
      const bytes = filter === null ? chunk : filter.push(chunk);
      // Without cork and uncork, Node sends these bytes at the end of the tick, in several packets.
      const { socket } = response;
      socket?.cork();
      const wantsMore = response.write(bytes);
      socket?.uncork();
      return wantsMore;
    },
    finish() {
      if (filter !== null) response.write(filter.end());
    },
  };
}
