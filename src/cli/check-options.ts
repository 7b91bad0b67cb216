import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { UsageError } from '../errors.js';
import type { SandboxMode } from '../sandbox/sandbox.js';
import type { AgentFlags } from './agent-options.js';
import type { CliIo } from './io.js';
import type { Reporter } from './reporter-flag.js';
import { say } from './say.js';

/** What `check` was given on the command line. */
export interface CheckFlags extends AgentFlags {
  model?: string;
  endpoint?: string;
  key?: string;
  keyFile?: string;
  /** Ids, globs of them, directories or git sources, commas between. @default the default JavaScript task */
  task?: string;
  /** How many cells run at once. @default 1 */
  jobs?: number;
  /** Path or URL of a git repository, in whose code a bug is made for this run, in place of a task. */
  repo?: string;
  /** Runs the repository's tests. */
  test?: string;
  /** @default the one most of the repository's code is in */
  language?: string;
  /** With a repository: which bug. With a task: makes a fresh variant of it. */
  seed?: number;
  /** Seconds. @default the task's */
  timeout?: number;
  /** Seconds. @default 120 */
  idleTimeout: number;
  /** @default no limit */
  maxCalls?: number;
  /** @default no limit */
  maxTokens?: number;
  /** Money per million tokens. @default not told */
  price?: { input: number; output: number };
  /** MB. @default three quarters of the machine's */
  limitMemory?: number;
  /** @default 1000 */
  limitProcesses?: number;
  /** @default every processor there is */
  limitCpu?: number;
  /** MB. @default 2048 */
  limitDisk?: number;
  /** @default 200,000 */
  limitFiles?: number;
  /** @default 'auto' */
  sandbox: SandboxMode;
  demo?: 'oracle' | 'no-op' | 'cheat' | 'refuse';
  dryRun?: true;
  keep?: true;
  out?: string;
  /** Of the store. @default 200 */
  keepRuns: number;
  capture?: true;
  json?: true;
  /** @default what fits the terminal, and the score card on stdout */
  reporter?: Reporter[];
  explain?: true;
  color: boolean;
}

/** The flags that say where the model is, the same for every command. */
export type EndpointFlags = Pick<CheckFlags, 'endpoint' | 'key' | 'keyFile' | 'model'>;

/** An endpoint as the user gave it. Its model is null until the server has told its one model. */
export interface GivenEndpoint {
  kind: 'real';
  url: string;
  key: string | null;
  model: string | null;
}

/** Who answers the agent. */
export type EndpointChoice = { kind: 'demo'; script: NonNullable<CheckFlags['demo']> } | GivenEndpoint;

/** The endpoint of `check`, or the demo. Errors: UsageError naming the flag and the variable. */
export async function chooseEndpoint(flags: CheckFlags, io: CliIo): Promise<EndpointChoice> {
  if (flags.demo) {
    take(io.env, 'CAB_KEY');
    const given = (['endpoint', 'model', 'key', 'keyFile'] as const).find(
      (name) => flags[name] !== undefined,
    );
    if (!given) return { kind: 'demo', script: flags.demo };
    throw new UsageError(`--demo plays its own model: it does not go with --${dashed(given)}.`, {
      code: 'usage.demo_conflict',
      fix: `Leave out --demo to check your own model, or --${dashed(given)} to see the demo.`,
    });
  }
  const endpoint = await givenEndpoint(flags, io);
  if (endpoint === null) {
    throw new UsageError('No endpoint was given: use --endpoint URL or set CAB_ENDPOINT.', {
      code: 'usage.no_endpoint',
      fix: 'For example --endpoint http://127.0.0.1:8080/v1; without one, `codingagentbench check --demo` shows the whole run.',
    });
  }
  return endpoint;
}

/**
 * Flags first, then CAB_ENDPOINT, CAB_KEY and CAB_MODEL; null when no endpoint was given. CAB_KEY is taken out of
 * `io.env`, so that no child process inherits it. Errors: UsageError.
 */
export async function givenEndpoint(flags: EndpointFlags, io: CliIo): Promise<GivenEndpoint | null> {
  const envKey = take(io.env, 'CAB_KEY');
  const url = flags.endpoint || io.env.CAB_ENDPOINT;
  if (!url) return null;
  return {
    kind: 'real',
    url,
    key: await readKey(flags, envKey, io),
    model: flags.model || io.env.CAB_MODEL || null,
  };
}

async function readKey(flags: EndpointFlags, envKey: string | undefined, io: CliIo): Promise<string | null> {
  if (flags.key !== undefined && flags.keyFile !== undefined) {
    throw new UsageError('--key and --key-file were both given.', {
      code: 'usage.two_keys',
      fix: 'Give one of them.',
    });
  }
  if (flags.key === '-') return oneLine(await text(io.stdin), 'stdin');
  if (flags.keyFile !== undefined) return oneLine(await readKeyFile(flags.keyFile, io), flags.keyFile);
  if (flags.key !== undefined) {
    if (flags.key === '') return null;
    say(
      io.stderr,
      'A key on the command line can be read by other processes of this machine; --key-file, --key - and CAB_KEY cannot.\n',
    );
    return oneLine(flags.key, '--key');
  }
  return envKey ? oneLine(envKey, 'CAB_KEY') : null;
}

/** More is no key. */
const MAX_KEY_BYTES = 64 * 1024;

async function readKeyFile(file: string, { handed }: CliIo): Promise<string> {
  const given = handed?.get(file);
  if (given !== undefined) return given.text;
  try {
    // It may be a pipe, as in `--key-file <(pass show key)`; of a device no more is read than this.
    return await text(createReadStream(file, { end: MAX_KEY_BYTES }));
  } catch (error) {
    throw new UsageError(
      `The key file ${file} cannot be read (${error instanceof Error && 'code' in error ? error.code : error}).`,
      {
        code: 'usage.bad_key',
        fix: 'Give --key-file a file that holds the key and nothing else.',
        cause: error,
      },
    );
  }
}

/** Whether a text can go into an HTTP header as a key: one word of printable ASCII. */
export const isKey = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

function oneLine(raw: string, source: string): string {
  const key = raw.trim();
  if (isKey(key)) return key;
  throw new UsageError(
    `The key from ${source} is ${key === '' ? 'empty' : 'not one word of printable ASCII'}.`,
    {
      code: 'usage.bad_key',
      fix: 'Give the key alone, on one line.',
    },
  );
}

/** A variable that no child process shall inherit. */
export function take(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  delete env[name];
  return value;
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Errors: UsageError naming the flags of a task that do not go together. */
export function refuseTaskConflicts({ repo, test, task, language, seed, dryRun }: CheckFlags): void {
  const conflict = (message: string, fix: string) =>
    new UsageError(message, { code: 'usage.task_conflict', fix });
  if (repo !== undefined && task !== undefined)
    throw conflict('--repo and --task were both given.', 'Give the one that has the code to be mended.');
  if (repo !== undefined && test === undefined)
    throw conflict('--repo needs --test COMMAND.', 'Give what runs its tests, such as --test "npm test".');
  const alone = test !== undefined ? '--test' : language !== undefined ? '--language' : null;
  if (repo === undefined && alone !== null)
    throw conflict(`${alone} goes with --repo.`, 'Add --repo DIR, or leave it out.');
  if (dryRun && (repo !== undefined || seed !== undefined))
    throw conflict(
      '--dry-run runs nothing, and a task is made by running tests.',
      'Make it with `tasks mutate` first, then give its directory to --task.',
    );
}
