import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { asArray, asObject, asText, canonicalJson, parseJson } from '../json.js';
import type { Wire } from './answer-reader.js';

const REQUEST_BYTES = 64 * 1024 * 1024;

/** Of all the requests that one meter has under way. */
export interface BodyMemory {
  freeBytes: number;
}
export const newBodyMemory = (): BodyMemory => ({ freeBytes: 2 * REQUEST_BYTES });

/**
 * The whole body, or why it is not taken: it is larger than 64 MB, or those under way fill the room. Who gets a body
 * gives its bytes back to the room. Rejects when the client hangs up in the middle.
 */
export async function readBody(
  request: IncomingMessage,
  room: BodyMemory,
): Promise<Buffer | 'too_large' | 'no_room'> {
  if (Number(request.headers['content-length'] ?? 0) > REQUEST_BYTES) return 'too_large';
  const chunks: Buffer[] = [];
  let bytes = 0;
  // By events: an iterator costs as much again as the rest of a small request.
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      room.freeBytes -= chunk.length;
      if (bytes <= REQUEST_BYTES && room.freeBytes >= 0) {
        chunks.push(chunk);
        return;
      }
      // Left open, so that the refusal can still be sent.
      request.off('data', take).pause();
      resolve(bytes > REQUEST_BYTES ? 'too_large' : 'no_room');
      giveUp();
    };
    const giveUp = () => {
      room.freeBytes += bytes;
      bytes = 0;
      chunks.length = 0;
    };
    let whole = false;
    request.on('data', take);
    request.once('end', () => {
      whole = true;
      resolve(Buffer.concat(chunks));
    });
    request.once('error', reject);
    request.once('close', () => {
      if (!whole) giveUp();
      reject(new Error('The client hung up.'));
    });
  });
}

/** What the meter reads in a request. */
export interface RequestFacts {
  model: string | null;
  stream: boolean;
  /** How many tools it offers. */
  tools: number;
  /** sha256 hex of the canonical JSON; of the bytes as they are when they are not JSON. Computed once, when first asked for. */
  hash(): string;
  /** The body that also asks for usage; null when the agent asked itself, or nothing is streamed, or it is not the chat API. */
  withUsage: Buffer | null;
}

/** Reads a request body. Anything is accepted: judging it is the endpoint's part. */
export function readRequest(body: Buffer, wire: Wire): RequestFacts {
  const json = parseJson(body.toString());
  const request = asObject(json);
  let hash: string | null = null;
  const stream = request?.stream === true;
  return {
    model: asText(request?.model),
    stream,
    tools: asArray(request?.tools).length + asArray(request?.functions).length,
    hash() {
      hash ??= createHash('sha256')
        .update(json === undefined ? body : canonicalJson(json))
        .digest('hex');
      return hash;
    },
    withUsage: request !== null && stream && wire === 'chat' ? askForUsage(request, body) : null,
  };
}

function askForUsage(request: Readonly<Record<string, unknown>>, body: Buffer): Buffer | null {
  const options = asObject(request.stream_options);
  if (options?.include_usage === true) return null;
  if ('stream_options' in request) {
    return Buffer.from(JSON.stringify({ ...request, stream_options: { ...options, include_usage: true } }));
  }
  // Written into the text: parsing and printing the agent's body again would change its large numbers.
  const brace = body.indexOf('{') + 1;
  const member = Buffer.from('"stream_options":{"include_usage":true},');
  return Buffer.concat([body.subarray(0, brace), member, body.subarray(brace)]);
}
