import { type SpawnOptions, spawn } from 'node:child_process';

export interface Ran {
  /** From the start to the first output that holds `until`; to the exit when none was asked for. */
  elapsedMs: number;
  code: number | null;
  output: string;
}

/**
 * Runs a command to its end and takes the time. Its output is kept, up to what one screenful needs.
 *
 * @param typed keys for a program that does not end by itself, given when `until` was seen
 */
export function runCommand(
  [command = '', ...args]: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'> = {},
  until?: RegExp,
  typed?: string,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(command, args, {
      ...options,
      stdio: [typed === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let seenMs: number | null = null;
    const take = (text: string) => {
      output = (output + text).slice(-100_000);
      if (until === undefined || seenMs !== null || !until.test(output)) return;
      seenMs = performance.now() - startedMs;
      child.stdin?.write(typed ?? '');
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code) => {
      const elapsedMs = until === undefined ? performance.now() - startedMs : seenMs;
      if (elapsedMs !== null) resolve({ elapsedMs, code, output });
      else reject(new Error(`${command} ${args.join(' ')} never printed ${until}:\n${output.slice(-2000)}`));
    });
  });
}
