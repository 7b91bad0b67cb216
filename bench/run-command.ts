import { type SpawnOptions, spawn } from 'node:child_process';

export interface CommandResult {
  /** Time until the output matches `until`; without `until`, time until the exit. */
  elapsedMs: number;
  code: number | null;
  /** The last 100,000 characters of stdout and stderr. */
  output: string;
}

/**
 * Runs a command to its end and measures the time.
 *
 * @param keys input for a program that does not end without it, sent when the output matches `until`
 * @throws Error when the output never matches `until`, or the command cannot be started
 */
export function runCommand(
  [command = '', ...args]: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'> = {},
  until?: RegExp,
  keys?: string,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(command, args, {
      ...options,
      stdio: [keys === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let matchedMs: number | null = null;
    const take = (text: string) => {
      output = (output + text).slice(-100_000);
      if (until === undefined || matchedMs !== null || !until.test(output)) return;
      matchedMs = performance.now() - startedMs;
      child.stdin?.write(keys ?? '');
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code) => {
      const elapsedMs = until === undefined ? performance.now() - startedMs : matchedMs;
      if (elapsedMs !== null) resolve({ elapsedMs, code, output });
      else reject(new Error(`${command} ${args.join(' ')} never printed ${until}:\n${output.slice(-2000)}`));
    });
  });
}
