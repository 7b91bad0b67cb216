import { startMeter } from '../../src/endpoint/meter/meter.js';
import { startClock } from '../../src/host/clock.js';
import { ownUsage, serve, startOptions } from './serve.js';

/* The meter, started as in a run: with a key to hide and a canary to watch for. */

const { baseUrl, token } = startOptions<{ baseUrl: string; token: string }>();
const meter = await startMeter({
  upstream: { baseUrl, key: 'sk-bench-0123456789abcdef0123456789abcdef' },
  token,
  clock: startClock(),
  watchFor: ['cab-canary-0123456789abcdef'],
  on: () => {},
});

serve({ baseUrl: meter.baseUrl }, async () => ownUsage());
