import { refuseStrayNames } from '../mount-sources.js';
import type { Sandbox } from '../sandbox.js';

/** Runs commands as they are, with exactly the policy's environment: nothing is hidden from them or kept from them. */
export const noSandbox: Sandbox = {
  kind: 'none',
  directEgress: 'possible',
  endsTogether: false,
  ownNetwork: false,
  wrap: (argv, policy) => {
    refuseStrayNames(policy);
    return { argv: [...argv], env: policy.env, layers: 0 };
  },
};
