import { BlockList, isIP } from 'node:net';
import { UsageError } from '../../model/errors.js';

export interface NormalisedEndpoint {
  /** What `/chat/completions` is put after; no trailing slash. */
  baseUrl: string;
  /** What was mended, in a sentence; null when the URL was good as it was. */
  correction: string | null;
}

const KNOWN_TAIL = /\/(chat\/completions|completions|responses|models)$/;
const SECRET_PARAMETER = /key|token|secret|password|auth/i;

/** Turns what a user pasted into a base URL. Errors: UsageError `usage.bad_endpoint`. */
export function normaliseEndpoint(given: string): NormalisedEndpoint {
  const text = given.trim();
  if (text === '')
    throw bad('The endpoint is empty.', 'Give its base URL, such as http://127.0.0.1:8080/v1.');
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  // The text itself is not repeated in an error: what was pasted may be a key.
  if (!URL.canParse(hasScheme ? text : `http://${text}`)) {
    throw bad('The endpoint is not a URL.', 'Give its base URL, such as http://127.0.0.1:8080/v1.');
  }
  const url = new URL(hasScheme ? text : `http://${text}`);
  const mended: string[] = [];
  if (!hasScheme) {
    if (!isPrivateHost(url.hostname)) url.protocol = 'https:';
    mended.push(`had no scheme, ${url.protocol}// was added`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw bad(
      `The endpoint starts with ${url.protocol}//, which is not HTTP.`,
      'Give an http:// or https:// URL.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw bad(
      'The endpoint URL holds credentials.',
      'Take them out of the URL and give the key with --key-file.',
    );
  }
  if ([...url.searchParams.keys()].some((name) => SECRET_PARAMETER.test(name))) {
    throw bad(
      'The endpoint URL holds a key in its query.',
      'Take it out of the URL and give the key with --key-file.',
    );
  }
  url.hash = '';
  let path = url.pathname.replace(/\/+$/, '');
  const tail = KNOWN_TAIL.exec(path);
  if (tail !== null) {
    path = path.slice(0, tail.index).replace(/\/+$/, '');
    mended.push(`ended in ${tail[0]}, which was cut off`);
  }
  return {
    baseUrl: url.origin + path + url.search,
    correction: mended.length > 0 ? `The endpoint URL ${mended.join(' and ')}.` : null,
  };
}

function bad(message: string, fix: string): UsageError {
  return new UsageError(message, { code: 'usage.bad_endpoint', fix });
}

/** Names that only this machine, or the network it is in, can resolve. */
const PRIVATE_NAME = /^([^.]+|.*\.(local|localhost|internal|lan))$/i;

/** Addresses of this machine and of private networks. An IPv4 address within an IPv6 one is judged as the IPv4 address. */
const privateAddresses = new BlockList();
privateAddresses.addAddress('0.0.0.0');
privateAddresses.addSubnet('127.0.0.0', 8);
privateAddresses.addSubnet('10.0.0.0', 8);
privateAddresses.addSubnet('172.16.0.0', 12);
privateAddresses.addSubnet('192.168.0.0', 16);
privateAddresses.addAddress('::1', 'ipv6');
privateAddresses.addSubnet('fc00::', 7, 'ipv6');
privateAddresses.addSubnet('fe80::', 10, 'ipv6');

/** Whether a host of a URL is this machine or one of its own network, where plain HTTP is usual. */
export function isPrivateHost(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(address);
  if (family === 0) return PRIVATE_NAME.test(hostname);
  return privateAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
