import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BIN, onTerminal } from './clean-home.js';
import { runCommand } from './run-command.js';

/** Time and memory of one `check` on a terminal. */
export interface MeasuredCheck {
  overheadMs: number;
  /** Peak memory of the program itself, without the agent. */
  peakMB: number;
  durationMs: number;
  /** Model calls of the agent, and of the probe before it. */
  calls: number;
}

/**
 * Runs `check ARGS` on a terminal.
 *
 * @throws Error when it exits with another code than `exitCode`
 * @throws Skip when this machine cannot make a terminal
 */
export async function measureCheck(
  args: readonly string[],
  exitCode: number,
  { dir, env }: { dir: string; env: NodeJS.ProcessEnv },
): Promise<MeasuredCheck> {
  const measured = measureMemory(dir);
  const out = join(dir, 'run');
  const command = measured.command('check', ...args, '--out', out);
  const result = await runCommand(onTerminal(command), { cwd: dir, env: { ...env, ...measured.env } });
  if (result.code !== exitCode)
    throw new Error(`check exited with ${result.code}:\n${result.output.slice(-2000)}`);
  const record: { overhead_ms: number; model_calls: unknown[] } = JSON.parse(
    readFileSync(join(out, 'record.json'), 'utf8'),
  );
  return {
    overheadMs: record.overhead_ms,
    peakMB: measured.peakMB(),
    durationMs: result.elapsedMs,
    calls: record.model_calls.length,
  };
}

/** Runs the program so that it reports its peak memory. */
export interface MemoryProbe {
  command(...args: string[]): string[];
  /** Variables for the environment of the command. */
  env: NodeJS.ProcessEnv;
  /** Peak memory of the last run. */
  peakMB(): number;
}

/** @param dir a directory for the report */
export function measureMemory(dir: string): MemoryProbe {
  const file = join(dir, 'peak');
  const preload = pathToFileURL(join(import.meta.dirname, 'programs', 'peak-memory.js')).href;
  return {
    command: (...args) => [process.execPath, '--import', preload, BIN, ...args],
    env: { BENCH_PEAK_FILE: file },
    peakMB: () => Number(readFileSync(file, 'utf8')),
  };
}
