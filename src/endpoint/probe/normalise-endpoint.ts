import { BlockList, isIP } from 'node:net';
import { UsageError } from '../../model/errors.js';

export interface NormalisedEndpoint {
  /** The URL before `/chat/completions`, without a trailing slash. */
  baseUrl: string;
  /** What was corrected, in a sentence; null for nothing. */
  correction: string | null;
}

const KNOWN_TAIL = /\/(chat\/completions|completions|responses|models)$/;
const SECRET_PARAMETER = /key|token|secret|password|auth/i;

/**
 * Makes a base URL of the text that a user gave.
 *
 * @throws UsageError `usage.bad_endpoint`
 */
export function normaliseEndpoint(given: string): NormalisedEndpoint {
  const text = given.trim();
  if (text === '')
    throw bad('The endpoint is empty.', 'Give its base URL, such as http://127.0.0.1:8080/v1.');
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  // Errors do not repeat the text: the user may have pasted a key.
  if (!URL.canParse(hasScheme ? text : `http://${text}`)) {
    throw bad('The endpoint is not a URL.', 'Give its base URL, such as http://127.0.0.1:8080/v1.');
  }
  const url = new URL(hasScheme ? text : `http://${text}`);
  const corrections: string[] = [];
  if (!hasScheme) {
    if (!isPrivateHost(url.hostname)) url.protocol = 'https:';
    corrections.push(`had no scheme, ${url.protocol}// was added`);
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
    corrections.push(`ended in ${tail[0]}, which was cut off`);
  }
  return {
    baseUrl: url.origin + path + url.search,
    correction: corrections.length > 0 ? `The endpoint URL ${corrections.join(' and ')}.` : null,
  };
}

function bad(message: string, fix: string): UsageError {
  return new UsageError(message, { code: 'usage.bad_endpoint', fix });
}

/** Names that only this machine or its network can resolve. */
const PRIVATE_NAME = /^([^.]+|.*\.(local|localhost|internal|lan))$/i;

/** Addresses of this machine and of private networks. `BlockList` treats an IPv4-mapped IPv6 address as IPv4. */
const privateAddresses = new BlockList();
privateAddresses.addAddress('0.0.0.0');
privateAddresses.addSubnet('127.0.0.0', 8);
privateAddresses.addSubnet('10.0.0.0', 8);
privateAddresses.addSubnet('172.16.0.0', 12);
privateAddresses.addSubnet('192.168.0.0', 16);
privateAddresses.addAddress('::1', 'ipv6');
privateAddresses.addSubnet('fc00::', 7, 'ipv6');
privateAddresses.addSubnet('fe80::', 10, 'ipv6');

/** Whether the host of a URL is this machine or in a private network, where plain HTTP is usual. */
export function isPrivateHost(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(address);
  if (family === 0) return PRIVATE_NAME.test(hostname);
  return privateAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
