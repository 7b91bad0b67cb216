import { refuseForeignPaths } from '../mount-sources.js';
import type { Sandbox } from '../sandbox.js';

/** Runs commands without confinement. Only the environment of the policy applies. */
export const noSandbox: Sandbox = {
  kind: 'none',
  directEgress: 'possible',
  endsTogether: false,
  ownNetwork: false,
  wrap: (argv, policy) => {
    refuseForeignPaths(policy);
    return { argv: [...argv], env: policy.env, layers: 0 };
  },
};
