import { startMeter } from '../../src/endpoint/meter/meter.js';
import { startClock } from '../../src/host/clock.js';
import { ownUsage, serve, startOptions } from './serve.js';

/* The meter as a cell starts it: with a key to guard and a canary to watch for. */

const { baseUrl, token } = startOptions<{ baseUrl: string; token: string }>();
const meter = await startMeter({
  upstream: { baseUrl, key: 'sk-bench-0123456789abcdef0123456789abcdef' },
  token,
  clock: startClock(),
  watchFor: ['cab-canary-0123456789abcdef'],
  on: () => {},
});

serve({ baseUrl: meter.baseUrl }, async () => ownUsage());
