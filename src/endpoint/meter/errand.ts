import type { ServerResponse } from 'node:http';
import { bridgeOutlet } from '../translate/bridge-outlet.js';
import { chatRequest } from '../translate/chat-request.js';
import type { Wire } from './answer-reader.js';
import { type Outlet, plainOutlet } from './outlet.js';
import type { RequestFacts } from './request-body.js';
import { usageChunkFilter } from './usage-chunk-filter.js';

/** What goes to the endpoint for a call of the agent, and how the answer comes back to it. */
export interface Errand {
  kind: 'errand';
  /** What is spoken with the endpoint. */
  wire: Wire;
  suffix: string;
  body: Buffer;
  /** The body that also asks for usage; null when there is no need to. */
  withUsage: Buffer | null;
  /** For one answer to `body` or to `withUsage`. */
  outlet(response: ServerResponse, key: string | null, askedForUsage: boolean): Outlet;
}

/** The agent's call as it is, or translated for an endpoint that does not speak its API; a sentence when that cannot be done. */
export function planErrand(
  route: { wire: Wire; suffix: string },
  body: Buffer,
  facts: RequestFacts,
  bridge: boolean,
): Errand | { kind: 'refused'; why: string } {
  if (!bridge || route.wire !== 'responses') {
    return {
      kind: 'errand',
      wire: route.wire,
      suffix: route.suffix,
      body,
      withUsage: facts.withUsage,
      outlet: (response, key, askedForUsage) =>
        plainOutlet(response, key, askedForUsage ? usageChunkFilter() : null),
    };
  }
  const chat = chatRequest(body);
  if (chat.kind === 'refused') return chat;
  return {
    kind: 'errand',
    wire: 'chat',
    suffix: '/chat/completions',
    body: chat.body,
    withUsage: chat.withUsage,
    outlet: (response, key) => bridgeOutlet(response, key, chat.names, facts),
  };
}
