import type { FaultKind } from '../meter/fault.js';
import type { Endpoint } from './fetch-page.js';
import { isPrivateHost } from './normalise-endpoint.js';
import { hostedServer } from './servers.js';

/** Why the API was not found at a base URL. */
export interface BaseUrlFailure {
  fault: FaultKind | null;
  error: string;
  /** The `location` header of a redirect. */
  location: string | null;
}

const VERSION = /\/v\d+\w*(?=\/|$)/;

/**
 * Other base URLs that the user may have meant, the most likely first: with `/v1`, without the path after it, or with the
 * other scheme. With a key, a public host gets no plain HTTP.
 */
export function candidateBaseUrls({ baseUrl, key }: Endpoint, failure: BaseUrlFailure): string[] {
  const url = new URL(baseUrl);
  const host = url.host;
  const schemes = [url.protocol];
  if (url.protocol === 'https:') {
    if (failure.fault === 'tls' && (key === null || isPrivateHost(url.hostname))) schemes.push('http:');
  } else if (
    failure.fault === 'reset' ||
    /\bHTTPS\b/.test(failure.error) ||
    failure.location?.startsWith(`https://${host}`)
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
