import type { FaultKind } from '../meter/fault.js';
import type { Endpoint } from './fetch-page.js';
import { isPrivateHost } from './normalise-endpoint.js';
import { hostedServer } from './servers.js';

/** How the API could not be found at a base URL. */
export interface BaseUrlFailure {
  fault: FaultKind | null;
  error: string;
  /** `location` of a redirect. */
  location: string | null;
}

const VERSION = /\/v\d+\w*(?=\/|$)/;

/**
 * Other base URLs that the user may have meant, likeliest first: with `/v1`, without what follows it, or by the other
 * scheme. A key is never offered to a public host without encryption.
 */
export function candidateBaseUrls({ baseUrl, key }: Endpoint, found: BaseUrlFailure): string[] {
  const url = new URL(baseUrl);
  const host = url.host;
  const schemes = [url.protocol];
  if (url.protocol === 'https:') {
    if (found.fault === 'tls' && (key === null || isPrivateHost(url.hostname))) schemes.push('http:');
  } else if (
    found.fault === 'reset' ||
    /\bHTTPS\b/.test(found.error) ||
    found.location?.startsWith(`https://${host}`)
  ) {
    schemes.push('https:');
  }
  const paths = candidatePaths(url);
  return schemes
    .flatMap((scheme) => paths.map((path) => `${scheme}//${host}${path}${url.search}`))
    .filter((candidate) => candidate !== baseUrl);
}

function candidatePaths(url: URL): string[] {
  const path = url.pathname.replace(/\/+$/, '');
  const version = VERSION.exec(path);
  const paths = [path];
  const hosted = hostedServer(url.hostname)?.hosted?.basePath;
  if (hosted !== undefined) paths.push(hosted);
  if (version === null) paths.push(`${path}/v1`);
  else paths.push(path.slice(0, version.index + version[0].length));
  paths.push('/v1');
  return [...new Set(paths)];
}
