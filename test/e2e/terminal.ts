import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { programs } from '../needs.js';
import type { Visitor } from './cli.js';

/** The built program. */
export const BIN = join(import.meta.dirname, '..', '..', 'bin', 'codingagentbench.js');
/** Why real opencode cannot be seen in a real terminal here; null when it can. */
export const missing = inject('opencodeMissing') ?? programs('tmux');

/** A real terminal of that size, in which a command runs. */
export class Terminal {
  readonly #socket: string;
  constructor(visitor: Visitor, size: { columns: number; rows: number }, command: string) {
    this.#socket = join(visitor.dir, 'tmux');
    const script = `cd ${visitor.dir}; unset CI NO_COLOR FORCE_COLOR; ${command}; echo "exit $?"; stty -a | grep -o -- '-\\?icanon'; exec sleep 600`;
    const env = {
      ...process.env,
      HOME: visitor.home,
      TMPDIR: visitor.temp,
      XDG_CACHE_HOME: inject('cacheHome'),
    };
    const args = [
      'new-session',
      '-d',
      '-x',
      String(size.columns),
      '-y',
      String(size.rows),
      'sh',
      '-c',
      script,
    ];
    execFileSync('tmux', ['-S', this.#socket, '-f', '/dev/null', ...args], { env });
  }
  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], { encoding: 'utf8' });
  }
  /** What stands on the screen; with `all`, the scrollback above it too. */
  text({ all = false } = {}): string {
    return this.#tmux('capture-pane', '-p', ...(all ? ['-S', '-'] : []));
  }
  press(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }
  close(): void {
    this.#tmux('kill-server');
  }
}

/** Waits for a text anywhere on the terminal or above it. */
export const until = (terminal: Terminal, text: string | RegExp) =>
  expect.poll(() => terminal.text({ all: true }), { timeout: 40_000, interval: 50 }).toMatch(text);
