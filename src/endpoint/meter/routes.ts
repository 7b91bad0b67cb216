import type { Wire } from './answer-reader.js';

/** The paths that the meter forwards; all others are refused. `suffix` follows the endpoint's base URL. */
export type Route = { kind: 'call'; wire: Wire; suffix: string } | { kind: 'models'; suffix: string };
export type RouteRefusal = { kind: 'refused'; status: 404 | 405; allow: string | null };

const CALLS: Readonly<Record<string, Wire>> = { '/chat/completions': 'chat', '/responses': 'responses' };
const MODEL = /^\/models\/([\w.~:@+/-]|%[0-9A-Fa-f]{2})+$/;

/** The route of a request line. The query is dropped: no allowed path needs one. */
export function matchRoute(method: string, target: string): Route | RouteRefusal {
  const path = target.split('?', 1)[0] ?? '';
  if (!path.startsWith('/v1/')) return { kind: 'refused', status: 404, allow: null };
  const suffix = path.slice('/v1'.length);
  const wire = Object.hasOwn(CALLS, suffix) ? CALLS[suffix] : undefined;
  if (wire !== undefined) {
    return method === 'POST'
      ? { kind: 'call', wire, suffix }
      : { kind: 'refused', status: 405, allow: 'POST' };
  }
  if (suffix === '/models' || isModelPath(suffix)) {
    return method === 'GET' ? { kind: 'models', suffix } : { kind: 'refused', status: 405, allow: 'GET' };
  }
  return { kind: 'refused', status: 404, allow: null };
}

/** A model id may contain slashes, plain or encoded, but no `..` segment and no double encoding that could hide one. */
function isModelPath(suffix: string): boolean {
  if (!MODEL.test(suffix) || /%(25|00|5c)/i.test(suffix)) return false;
  const segments = suffix.replace(/%2f/gi, '/').replace(/%2e/gi, '.').split('/').slice(1);
  return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
