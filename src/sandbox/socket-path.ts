/** The limit on macOS; Linux allows 107. Node silently truncates longer paths. */
const MAX_SOCKET_PATH_BYTES = 103;

/** For sockets, when TMPDIR is too long. */
export const SHORT_TEMP_DIR = '/tmp';

/** Whether a unix socket can have this path. */
export function fitsSocket(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}
