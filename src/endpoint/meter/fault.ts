import { asObject, asText } from '../json.js';
import { oneLine } from '../probe/api-error.js';

/** Kinds of connection failures; each has its own fix. */
export type FaultKind = 'dns' | 'refused' | 'tls' | 'reset' | 'unroutable' | 'other';

const TLS = /^(CERT_|ERR_TLS|ERR_SSL|EPROTO|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** The error code of Node or undici; that of the first address when several were tried. Empty for none. */
export function faultCode(error: unknown): string {
  const object = asObject(error);
  if (object === null) return '';
  // undici sets no code when its parser fails at the first line.
  const code = asText(object.code) ?? (object.name === 'HTTPParserError' ? 'HPE_INVALID' : null);
  if (code !== null && code !== 'UND_ERR_SOCKET') return code;
  if (error instanceof AggregateError && error.errors.length > 0) return faultCode(error.errors[0]);
  return faultCode(object.cause) || (code ?? '');
}

/** The kind of a connection failure, by its error code. */
export function faultKind(code: string): FaultKind {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA') return 'dns';
  if (code === 'ECONNREFUSED') return 'refused';
  if (TLS.test(code)) return 'tls';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'reset';
  if (
    code === 'EHOSTUNREACH' ||
    code === 'ENETUNREACH' ||
    code === 'ETIMEDOUT' ||
    code === 'UND_ERR_CONNECT_TIMEOUT'
  )
    return 'unroutable';
  return 'other';
}

/** Describes a connection failure in one sentence. `host` is `name:port` of the endpoint. */
export function describeFault(error: Error, host: string): string {
  const code = faultCode(error);
  const why = oneLine(asText(asObject(error)?.reason) ?? error.message);
  switch (faultKind(code)) {
    case 'dns':
      return `No such host: ${host} (DNS: ${code}).`;
    case 'refused':
      return `Nothing listens at ${host} (connection refused).`;
    case 'tls':
      return `No TLS connection to ${host}: ${why} (${code}).`;
    case 'reset':
      return `${host} closed the connection (${code}).`;
    case 'unroutable':
      return `${host} cannot be reached (${code}).`;
    case 'other':
      return `The connection to ${host} failed: ${why}${code ? ` (${code})` : ''}.`;
  }
}
