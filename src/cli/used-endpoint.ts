import type { RunEvent } from '../model/events.js';

/** The base URL in the check that says the API is elsewhere than it was said to be; null of any other event. */
export function foundBaseUrl(event: RunEvent): string | null {
  if (event.type !== 'check' || event.check.id !== 'endpoint.base') return null;
  const url = /https?:\/\/\S+/.exec(event.check.detail ?? '')?.[0].replace(/,$/, '');
  return url !== undefined && URL.canParse(url) ? url : null;
}
