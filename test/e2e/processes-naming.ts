import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of the processes of this machine that have `text` in them or in their environment. */
export function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const cmdline = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        const environ = readFileSync(`/proc/${pid}/environ`, 'latin1');
        return cmdline.includes(text) || environ.includes(text) ? [cmdline.replaceAll('\0', ' ')] : [];
      } catch {
        return [];
      }
    });
}
