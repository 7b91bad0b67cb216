import { expect, it } from 'vitest';
import { bubblewrap, landlock, named, unshare } from '../needs.js';
import { GUARDS, WALLS } from './guards.js';

// Attacks are tried in every sandbox that works here; what they were not tried in is said by name.
for (const [wrapper, missing] of Object.entries({ bubblewrap, unshare, landlock })) {
  it.skipIf(missing)(named(`attacks are tried in ${wrapper}`, missing), () => {
    expect(WALLS).toContain(wrapper);
    if (wrapper === 'bubblewrap') expect(GUARDS.map(({ guard }) => guard)).toContain(wrapper);
  });
}
