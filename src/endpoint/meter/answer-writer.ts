import type { ServerResponse } from 'node:http';
import type { AnswerSink } from './exchange.js';
import { responseHeaders } from './headers.js';
import type { UsageChunkFilter } from './usage-chunk-filter.js';

/** Where a good answer goes on its way to the agent. */
export interface AnswerWriter extends AnswerSink {
  /** The answer came to its end: hands on what was held back, and leaves the response open. */
  finish(): void;
}

/** Hands an answer on as it is, but for the one event that `filter` takes out. */
export function passThroughWriter(
  response: ServerResponse,
  key: string | null,
  filter: UsageChunkFilter | null,
): AnswerWriter {
  let begun = false;
  return {
    head(status, headers) {
      response.writeHead(status, responseHeaders(headers, key));
      // The first bytes mostly come with the head: then both go on in one packet.
      setImmediate(() => {
        if (!begun && !response.writableEnded) response.flushHeaders();
      });
    },
    data(chunk) {
      begun = true;
      const bytes = filter === null ? chunk : filter.push(chunk);
      // Node would hold the bytes back until the end of the tick. This sends them now, head, frame and all, in one piece.
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
