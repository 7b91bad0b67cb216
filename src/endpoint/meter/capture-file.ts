import { closeSync, openSync, writeFileSync } from 'node:fs';
import { keyRedactor } from './key-redactor.js';

/** Shortest key that is redacted in a file; streams redact only longer ones. A shorter key would match ordinary text. */
const MIN_KEY_CHARS = 4;

/** A new file that never contains the key. */
export interface CaptureFile {
  /** Closes the file on an error. */
  write(bytes: Buffer | string): void;
  close(): void;
}

/**
 * Creates the file with mode 0600. An existing file or link is never opened. Writes are synchronous: they survive a crash,
 * and nothing is queued in memory for a slow disk.
 *
 * @throws the errors of the file system, also from `write` and `close`
 */
export function createCaptureFile(path: string, key: string | null): CaptureFile {
  const file = openSync(path, 'wx', 0o600);
  const redactor = keyRedactor(key, MIN_KEY_CHARS);

  function append(bytes: Buffer): void {
    try {
      writeFileSync(file, bytes);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  return {
    write(bytes) {
      const chunk = Buffer.from(bytes);
      append(redactor?.push(chunk) ?? chunk);
    },
    close() {
      if (redactor !== null) append(redactor.end());
      closeSync(file);
    },
  };
}
