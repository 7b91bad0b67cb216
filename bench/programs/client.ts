import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load, LoadResult } from '../load.js';
import { serve } from './serve.js';

const agent = new Agent({ keepAlive: true });

async function run(load: Load): Promise<LoadResult> {
  const firstByteMs: number[] = [];
  const body = requestBody(load);
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: load.streams }, async (_, stream) => {
      if (load.staggerMs > 0) await sleep(stream * load.staggerMs);
      for (let n = 0; n < load.requestsPerStream; n++) firstByteMs.push(await ask(load, body));
    }),
  );
  return { firstByteMs, elapsedMs: performance.now() - startedMs };
}

/** A body with about the size of an agent's first request. */
function requestBody({ answer, asksForUsage }: Load): Buffer {
  return Buffer.from(
    JSON.stringify({
      model: 'bench',
      stream: true,
      ...(asksForUsage && { stream_options: { include_usage: true } }),
      messages: [
        { role: 'system', content: 'You are a coding agent. '.repeat(80) },
        { role: 'user', content: 'Fix the bug. '.repeat(20) },
      ],
      bench: answer,
    }),
  );
}

/**
 * Sends a request and reads the whole stream. Resolves to the milliseconds until its first byte; rejects when it ends
 * early.
 */
function ask({ baseUrl, token, stallMs }: Load, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${baseUrl}/chat/completions`, {
      method: 'POST',
      agent,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': body.length,
      },
    });
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      let firstByteMs: number | null = null;
      let last: Buffer = Buffer.alloc(0);
      response.on('data', (chunk: Buffer) => {
        last = chunk;
        if (firstByteMs !== null) return;
        firstByteMs = performance.now() - startedMs;
        if (stallMs > 0) {
          response.pause();
          setTimeout(() => response.resume(), stallMs);
        }
      });
      response.on('error', reject);
      response.on('end', () => {
        if (firstByteMs !== null && last.includes('[DONE]')) resolve(firstByteMs);
        else reject(new Error(`HTTP ${response.statusCode}, ended with ${last.toString().slice(-200)}`));
      });
    });
    const startedMs = performance.now();
    sent.end(body);
  });
}

serve<Load>(null, run);
