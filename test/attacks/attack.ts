import { it } from 'vitest';
import { type Missing, named } from '../needs.js';

/** The promise that an attack tries to break: a key of `AIMS` in `build/attack-reporter.ts`. */
export type Aim =
  | 'measured'
  | 'tests'
  | 'cause'
  | 'key'
  | 'leftovers'
  | 'egress'
  | 'sandbox'
  | 'terminal'
  | 'input';

/** The sandbox around the attacker; `any` when the sandbox does not matter. */
export type Guard = 'bubblewrap' | 'unshare' | 'landlock' | 'none' | 'any';

declare module 'vitest' {
  interface TaskMeta {
    attack?: { aim: Aim; guard: Guard };
  }
}

/** Marks every test of a `describe` as an attack on one module, without an agent. */
export const attackOn = (aim: Aim) => ({ meta: { attack: { aim, guard: 'any' as const } } });

/** One attack test, counted by the reporter. It is held when `run` does not throw. */
export function attack(
  name: string,
  { aim, guard = 'any', missing = null }: { aim: Aim; guard?: Guard; missing?: Missing },
  run: () => unknown,
): void {
  it.skipIf(missing)(named(`attack: ${name}`, missing), async ({ task }) => {
    task.meta.attack = { aim, guard };
    await run();
  });
}
