import type { Usage } from '../load.js';

/** The options that the program was started with. */
export function startOptions<T>(): T {
  return JSON.parse(process.argv[2] ?? 'null');
}

/** Sends `ready`, then answers every message. The process exits when the parent disconnects. */
export function serve<Message>(ready: unknown, answer: (message: Message) => Promise<unknown>): void {
  process.on('disconnect', () => process.exit());
  process.on('message', async (message: Message) => process.send?.((await answer(message)) ?? null));
  process.send?.(ready);
}

export function ownUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, peakMB: process.resourceUsage().maxRSS / 1024 };
}
