import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BIN } from './visitor.js';

/** The program, made to tell its peak memory when it ends. */
export interface Measured {
  command(...args: string[]): string[];
  /** For its environment. */
  env: NodeJS.ProcessEnv;
  /** Of its last run. */
  peakMB(): number;
}

/** @param dir where it may leave a file */
export function measureMemory(dir: string): Measured {
  const file = join(dir, 'peak');
  const preload = pathToFileURL(join(import.meta.dirname, 'programs', 'peak-memory.js')).href;
  return {
    command: (...args) => [process.execPath, '--import', preload, BIN, ...args],
    env: { BENCH_PEAK_FILE: file },
    peakMB: () => Number(readFileSync(file, 'utf8')),
  };
}
