import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is refused: the status and the content of the error. */
export interface Denial {
  status: number;
  message: string;
  code: string;
}

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Allows requests that have the token and a loopback host name, and returns null for them. The host name is checked
 * because a web page could make its own name resolve to 127.0.0.1 (DNS rebinding).
 */
export function requestGuard(token: string): (request: IncomingMessage) => Denial | null {
  const isAuthorised = secretTest(`Bearer ${token}`);
  return ({ headers }) => {
    if (!LOOPBACK_HOST.test(headers.host ?? ''))
      return { status: 403, message: 'Only loopback host names are served here.', code: 'forbidden_host' };
    if (!isAuthorised(headers.authorization))
      return { status: 401, message: 'The token of this run is missing or wrong.', code: 'invalid_token' };
    return null;
  };
}

/** Compares in constant time. Only the length of the secret can leak. */
function secretTest(secret: string): (given: string | undefined) => boolean {
  const wanted = Buffer.from(secret);
  return (given = '') => {
    const bytes = Buffer.from(given);
    return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
  };
}
