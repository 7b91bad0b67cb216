import type { EndpointPlan } from '../run/plan.js';
import type { EndpointFlags } from './options/endpoint.js';

/** Where the key of a run came from: `typed` is on the command line, on stdin or to the wizard's question. */
export type KeySource = 'none' | 'file' | 'environment' | 'typed';

/** `envKey` is what CAB_KEY was when the program started. */
export function keySource(
  endpoint: EndpointPlan,
  { key, keyFile }: EndpointFlags,
  envKey: string | null,
): KeySource {
  if (endpoint.kind === 'demo' || endpoint.key === null) return 'none';
  if (keyFile !== undefined) return 'file';
  return key === undefined && endpoint.key === envKey?.trim() ? 'environment' : 'typed';
}
