import { expect, it } from 'vitest';
import { bubblewrap, landlock, named, unshare } from '../needs.js';
import { GUARDS, SANDBOXES } from './guards.js';

// Attacks run in every sandbox that works here. A skipped test names each sandbox that does not.
for (const [wrapper, missing] of Object.entries({ bubblewrap, unshare, landlock })) {
  it.skipIf(missing)(named(`attacks run in ${wrapper}`, missing), () => {
    expect(SANDBOXES).toContain(wrapper);
    if (wrapper === 'bubblewrap') expect(GUARDS.map(({ guard }) => guard)).toContain(wrapper);
  });
}
