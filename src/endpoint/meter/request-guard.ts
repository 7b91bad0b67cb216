import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is not served: the status and what its answer says. */
export interface Denial {
  status: number;
  message: string;
  code: string;
}

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Who may ask the meter: whoever holds the token and calls it by a loopback name. Null: this request may. */
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

/** A comparison that takes the same time for everything as long as the secret; how long that is may be known. */
function secretTest(secret: string): (given: string | undefined) => boolean {
  const wanted = Buffer.from(secret);
  return (text = '') => {
    const given = Buffer.from(text);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  };
}
