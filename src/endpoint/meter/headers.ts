import type { IncomingHttpHeaders } from 'node:http';

type Headers = Record<string, string | string[]>;

/** RFC 9110 §7.6.1, and headers of the proxy itself. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const NOT_FORWARDED = new Set([
  ...HOP_BY_HOP,
  'host',
  'content-length',
  'expect',
  'authorization',
  'x-api-key',
  'api-key',
  'cookie',
  'accept-encoding',
]);
/** `location` would let the agent bypass the meter; the length changes when a key is redacted. */
const NOT_RETURNED = new Set([...HOP_BY_HOP, 'content-length', 'location', 'set-cookie', 'alt-svc']);

/** The headers for the endpoint: with the key in place of the token, and without compression, so that usage can be read. */
export function requestHeaders(headers: IncomingHttpHeaders, key: string | null): Headers {
  const out = without(headers, NOT_FORWARDED);
  out['accept-encoding'] = 'identity';
  if (key !== null) out.authorization = `Bearer ${key}`;
  return out;
}

/** Characters that undici can decode (UTF-8) but Node cannot send (Latin-1). */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;

/** The headers for the agent, without those that contain the key. */
export function responseHeaders(headers: IncomingHttpHeaders, key: string | null): Headers {
  const out = without(headers, NOT_RETURNED);
  for (const [name, value] of Object.entries(out)) {
    const lines = [value].flat();
    if (lines.some((line) => UNSENDABLE.test(line) || (key !== null && line.includes(key)))) delete out[name];
  }
  return out;
}

function without(headers: IncomingHttpHeaders, dropped: ReadonlySet<string>): Headers {
  const named = `${headers.connection ?? ''}`.toLowerCase().split(/\s*,\s*/);
  const out: Headers = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !dropped.has(name) && !named.includes(name)) out[name] = value;
  }
  return out;
}

/** Seconds from a `retry-after` (seconds or a date) or `retry-after-ms` header; null for none or an invalid one. */
export function retryAfterS(headers: IncomingHttpHeaders, nowWallMs: number): number | null {
  const ms = Number.parseFloat(`${headers['retry-after-ms'] ?? ''}`);
  if (Number.isFinite(ms) && ms >= 0) return ms / 1000;
  const value = headers['retry-after'];
  if (value === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? null : Math.max(0, (atMs - nowWallMs) / 1000);
}
