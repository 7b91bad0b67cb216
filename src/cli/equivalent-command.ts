import { commandLine } from './again-command.js';
import type { CheckFlags } from './check-options.js';

/** What commander gives where nothing was typed. */
const DEFAULTS: Partial<CheckFlags> = { idleTimeout: 120, sandbox: 'auto', keepRuns: 200, color: true };

/** The `check` command of these flags. A key is in none of its words: `$YOUR_KEY` stands where one is needed. */
export function equivalentCommand(flags: CheckFlags, hasKey: boolean): string {
  const words = Object.entries(flags).flatMap(([name, value]) =>
    name === 'key' || value === undefined || DEFAULTS[name as keyof CheckFlags] === value
      ? []
      : wordsOf(
          name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
          value,
        ),
  );
  const command = commandLine(['check', ...words]);
  return hasKey && flags.keyFile === undefined && flags.demo === undefined
    ? `CAB_KEY="$YOUR_KEY" ${command}`
    : command;
}

function wordsOf(name: string, value: unknown): string[] {
  if (value === true) return [`--${name}`];
  if (value === false) return [`--no-${name}`];
  if (Array.isArray(value)) return value.flatMap((each) => wordsOf(name, each));
  if (name === 'demo') return [`--demo=${value}`];
  // Only a price is made of parts.
  const text = typeof value === 'object' && value !== null ? Object.values(value).join(',') : String(value);
  return [`--${name}`, text];
}
