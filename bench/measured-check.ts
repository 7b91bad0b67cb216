import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from './run-command.js';
import { BIN, onTerminal } from './visitor.js';

/** What one `check` on a terminal took. */
export interface MeasuredCheck {
  overheadMs: number;
  /** Of the program itself, without the agent. */
  peakMB: number;
  durationMs: number;
  /** The agent's, and the probe's before it. */
  calls: number;
}

/** Runs `check ARGS` on a terminal. Errors: it ended otherwise than with `exitCode`; `Skip` where there is no terminal. */
export async function measureCheck(
  args: readonly string[],
  exitCode: number,
  { dir, env }: { dir: string; env: NodeJS.ProcessEnv },
): Promise<MeasuredCheck> {
  const peakFile = join(dir, 'peak');
  const preload = pathToFileURL(join(import.meta.dirname, 'programs', 'peak-memory.js')).href;
  const out = join(dir, 'run');
  const command = [process.execPath, '--import', preload, BIN, 'check', ...args, '--out', out];
  const ran = await runCommand(onTerminal(command), { cwd: dir, env: { ...env, BENCH_PEAK_FILE: peakFile } });
  if (ran.code !== exitCode) throw new Error(`check exited with ${ran.code}:\n${ran.output.slice(-2000)}`);
  const record: { overhead_ms: number; model_calls: unknown[] } = JSON.parse(
    readFileSync(join(out, 'record.json'), 'utf8'),
  );
  return {
    overheadMs: record.overhead_ms,
    peakMB: Number(readFileSync(peakFile, 'utf8')),
    durationMs: ran.elapsedMs,
    calls: record.model_calls.length,
  };
}
