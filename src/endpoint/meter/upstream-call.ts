import type { ServerResponse } from 'node:http';
import { toChatRequest } from '../translate/chat-request.js';
import { translatingWriter } from '../translate/translating-writer.js';
import type { Wire } from './answer-reader.js';
import { type AnswerWriter, passThroughWriter } from './answer-writer.js';
import type { RequestFacts } from './request-body.js';
import { usageChunkFilter } from './usage-chunk-filter.js';

/** The request that the meter sends for a call of the agent, and how it writes the answer to the agent. */
export interface UpstreamCall {
  kind: 'call';
  /** The API of the request to the endpoint. */
  wire: Wire;
  suffix: string;
  body: Buffer;
  /** `body` with a request for usage; null when none is needed. */
  withUsage: Buffer | null;
  /** A writer for one answer. `askedForUsage`: `withUsage` was sent. */
  createWriter(response: ServerResponse, key: string | null, askedForUsage: boolean): AnswerWriter;
}

/**
 * Plans the request to the endpoint: the agent's own, or its translation when the endpoint lacks that API. `why` says in
 * a sentence what cannot be translated.
 */
export function planUpstreamCall(
  route: { wire: Wire; suffix: string },
  body: Buffer,
  facts: RequestFacts,
  translate: boolean,
): UpstreamCall | { kind: 'refused'; why: string } {
  if (!translate || route.wire !== 'responses') {
    return {
      kind: 'call',
      wire: route.wire,
      suffix: route.suffix,
      body,
      withUsage: facts.withUsage,
      createWriter: (response, key, askedForUsage) =>
        passThroughWriter(response, key, askedForUsage ? usageChunkFilter() : null),
    };
  }
  const chat = toChatRequest(body);
  if (chat.kind === 'refused') return chat;
  return {
    kind: 'call',
    wire: 'chat',
    suffix: '/chat/completions',
    body: chat.body,
    withUsage: chat.withUsage,
    createWriter: (response, key) => translatingWriter(response, key, chat.names, facts),
  };
}
