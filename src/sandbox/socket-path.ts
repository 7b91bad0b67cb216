/** What a unix socket's path may hold everywhere: 107 bytes on Linux, 103 on macOS. Node cuts longer ones off in silence. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Where a path is short enough whatever TMPDIR says. */
export const SHORT_TEMP_DIR = '/tmp';

/** Whether a unix socket can be made at this path. */
export function fitsSocket(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}
