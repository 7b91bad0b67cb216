import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { asArray, asObject, asText, canonicalJson, parseJson } from '../json.js';
import type { Wire } from './answer-reader.js';

const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/** Memory for the bodies of all requests that are in progress. */
export interface BodyMemory {
  freeBytes: number;
}
export const newBodyMemory = (): BodyMemory => ({ freeBytes: 2 * MAX_REQUEST_BYTES });

/**
 * Reads the body, or returns why not: it is larger than 64 MB, or the memory is used up. The caller must add the length
 * of the body to `memory.freeBytes` when it is done with it.
 *
 * @throws when the client closes the connection before the end of the body
 */
export async function readBody(
  request: IncomingMessage,
  memory: BodyMemory,
): Promise<Buffer | 'too_large' | 'no_memory'> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_REQUEST_BYTES) return 'too_large';
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Events, not an async iterator: that would double the time of a small request.
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      memory.freeBytes -= chunk.length;
      if (bytes <= MAX_REQUEST_BYTES && memory.freeBytes >= 0) {
        chunks.push(chunk);
        return;
      }
      // Not destroyed: the refusal must still be sent.
      request.off('data', onData).pause();
      resolve(bytes > MAX_REQUEST_BYTES ? 'too_large' : 'no_memory');
      release();
    };
    const release = () => {
      memory.freeBytes += bytes;
      bytes = 0;
      chunks.length = 0;
    };
    let isComplete = false;
    request.on('data', onData);
    request.once('end', () => {
      isComplete = true;
      resolve(Buffer.concat(chunks));
    });
    request.once('error', reject);
    request.once('close', () => {
      if (!isComplete) release();
      reject(new Error('The client closed the connection.'));
    });
  });
}

/** What the meter needs to know about a request. */
export interface RequestFacts {
  model: string | null;
  stream: boolean;
  /** Number of offered tools. */
  tools: number;
  /** SHA-256 (hex) of the canonical JSON; of the raw bytes when the body is not JSON. Computed at the first call. */
  hash(): string;
  /** The body with a request for usage. Null when the agent asks for usage itself, or for a body that is no chat stream. */
  withUsage: Buffer | null;
}

/** Reads a request body. Any body is accepted: the endpoint validates it. */
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
    withUsage: request !== null && stream && wire === 'chat' ? withUsageOption(request, body) : null,
  };
}

function withUsageOption(request: Readonly<Record<string, unknown>>, body: Buffer): Buffer | null {
  const options = asObject(request.stream_options);
  if (options?.include_usage === true) return null;
  if ('stream_options' in request) {
    return Buffer.from(JSON.stringify({ ...request, stream_options: { ...options, include_usage: true } }));
  }
  // Inserted into the text: parsing and printing the whole body would change large numbers.
  const brace = body.indexOf('{') + 1;
  const member = Buffer.from('"stream_options":{"include_usage":true},');
  return Buffer.concat([body.subarray(0, brace), member, body.subarray(brace)]);
}
