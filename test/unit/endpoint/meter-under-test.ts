import { onTestFinished } from 'vitest';
import { startMeter } from '../../../src/endpoint/meter/meter.js';
import type { Meter, MeterEvent, MeterOptions } from '../../../src/endpoint/meter/meter-contract.js';
import { startClock } from '../../../src/host/clock.js';
import type { ModelCall } from '../../../src/model/model-call.js';

export const KEY = 'sk-upstream-0123456789abcdef';
export const TOKEN = 'run-token-5f2c';

export interface MeterUnderTest extends Meter {
  events: MeterEvent[];
  /** Ended calls, in the order of their end. */
  calls(): readonly ModelCall[];
  /** Sends a request to the chat API, like an agent. */
  chat(body: unknown, init?: RequestInit): Promise<Response>;
  /** Waits for the record of the only call. */
  onlyCall(): Promise<ModelCall>;
}

export async function meterFor(
  baseUrl: string,
  options: Partial<MeterOptions> = {},
): Promise<MeterUnderTest> {
  const events: MeterEvent[] = [];
  const calls: ModelCall[] = [];
  const meter = await startMeter({
    upstream: { baseUrl, key: KEY },
    token: TOKEN,
    clock: startClock(),
    ...options,
    on: (event) => {
      events.push(event);
      if (event.type === 'ended') calls.push(event.call);
      options.on?.(event);
    },
  });
  onTestFinished(() => meter.close());
  return {
    ...meter,
    events,
    calls: () => calls,
    chat: (body, init) =>
      fetch(`${meter.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
      }),
    async onlyCall() {
      await until(() => calls.length > 0);
      const [call] = calls;
      if (call === undefined || calls.length > 1) throw new Error('there is not exactly one call');
      return call;
    },
  };
}

/** Polls until the condition holds. Only the timeout of the test ends an endless wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

export const ASKED = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
export const STREAMED = { ...ASKED, stream: true, stream_options: { include_usage: true } };
