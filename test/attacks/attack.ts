import { it } from 'vitest';
import { type Missing, named } from '../needs.js';

/** What an attack is aimed at: a word of `build/attack-reporter.ts`. */
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

/** What stands between attacker and machine; `any` where no sandbox has a part in it. */
export type Guard = 'bubblewrap' | 'unshare' | 'landlock' | 'none' | 'any';

declare module 'vitest' {
  interface TaskMeta {
    attack?: { aim: Aim; guard: Guard };
  }
}

/** Marks every test of a `describe` as an attack on one piece, without an agent in it. */
export const attackOn = (aim: Aim) => ({ meta: { attack: { aim, guard: 'any' as const } } });

/** One attack: counted by the reporter, held when `run` finds nothing amiss. */
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
