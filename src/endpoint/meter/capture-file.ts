import { closeSync, openSync, writeFileSync } from 'node:fs';
import { keyRedactor } from './key-redactor.js';

/** In a file even a placeholder is cut. One that is shorter still keeps nothing secret, and would shred the text. */
const SECRET_CHARS = 4;

/** A new file that grows, and never holds the key. */
export interface CaptureFile {
  /** After an error the file is closed. */
  write(bytes: Buffer | string): void;
  close(): void;
}

/**
 * Creates the file, for its owner alone. What is written is written at once: it survives a crash, and no memory is held
 * for a slow disk. Errors: those of the file system; a file that is there already is never touched, nor a link followed.
 */
export function createCaptureFile(path: string, key: string | null): CaptureFile {
  const file = openSync(path, 'wx', 0o600);
  const cutter = keyRedactor(key, SECRET_CHARS);

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
      append(cutter?.push(chunk) ?? chunk);
    },
    close() {
      if (cutter !== null) append(cutter.end());
      closeSync(file);
    },
  };
}
