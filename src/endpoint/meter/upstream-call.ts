import type { ServerResponse } from 'node:http';
import { toChatRequest } from '../translate/chat-request.js';
import { translatingWriter } from '../translate/translating-writer.js';
import type { Wire } from './answer-reader.js';
import { type AnswerWriter, passThroughWriter } from './answer-writer.js';
import type { RequestFacts } from './request-body.js';
import { usageChunkFilter } from './usage-chunk-filter.js';

/** What goes to the endpoint for a call of the agent, and how the answer comes back to it. */
export interface UpstreamCall {
  kind: 'errand';
  /** What is spoken with the endpoint. */
  wire: Wire;
  suffix: string;
  body: Buffer;
  /** The body that also asks for usage; null when there is no need to. */
  withUsage: Buffer | null;
  /** For one answer to `body` or to `withUsage`. */
  createWriter(response: ServerResponse, key: string | null, askedForUsage: boolean): AnswerWriter;
}

/** The agent's call as it is, or translated for an endpoint that does not speak its API; a sentence when that cannot be done. */
export function planUpstreamCall(
  route: { wire: Wire; suffix: string },
  body: Buffer,
  facts: RequestFacts,
  bridge: boolean,
): UpstreamCall | { kind: 'refused'; why: string } {
  if (!bridge || route.wire !== 'responses') {
    return {
      kind: 'errand',
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
    kind: 'errand',
    wire: 'chat',
    suffix: '/chat/completions',
    body: chat.body,
    withUsage: chat.withUsage,
    createWriter: (response, key) => translatingWriter(response, key, chat.names, facts),
  };
}
