import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../model/errors.js';
import type { EndpointPlan } from '../run/plan.js';
import { secrets } from '../sandbox/masked-places.js';
import type { Masked } from '../sandbox/sandbox.js';
import { pathOfDescriptor } from './inherited-descriptors.js';
import { type CliIo, say } from './io.js';
import type { CheckFlags } from './options/check.js';
import { type EndpointFlags, endpointOptions } from './options/endpoint.js';

/** An endpoint as the user gave it. Its model is null until the server has told its one model. */
export interface GivenEndpoint {
  kind: 'real';
  url: string;
  key: string | null;
  model: string | null;
}

/** Who answers the agent. */
export type EndpointChoice = { kind: 'demo'; script: NonNullable<CheckFlags['demo']> } | GivenEndpoint;

/** The key of the environment, taken out of it, so that no child process inherits it; null when none is set. */
export function takeKey(env: NodeJS.ProcessEnv): string | null {
  const name = endpointOptions.key.env;
  const key = env[name];
  delete env[name];
  return key || null;
}

/**
 * The endpoint of `check`, or the demo; `envKey` is the key when no flag gives one.
 *
 * @throws UsageError naming the flag and the variable
 */
export async function chooseEndpoint(
  flags: Pick<CheckFlags, 'demo'> & EndpointFlags,
  envKey: string | null,
  io: CliIo,
): Promise<EndpointChoice> {
  if (flags.demo) return { kind: 'demo', script: flags.demo };
  const endpoint = await givenEndpoint(flags, envKey, io);
  if (endpoint === null) {
    throw new UsageError('No endpoint was given: use --endpoint URL or set CAB_ENDPOINT.', {
      code: 'usage.no_endpoint',
      fix: 'For example --endpoint http://127.0.0.1:8080/v1; without one, `codingagentbench check --demo` shows the whole run.',
    });
  }
  return endpoint;
}

/**
 * Flags first, then CAB_ENDPOINT, `envKey` and CAB_MODEL; null when no endpoint was given.
 *
 * @throws UsageError for a key that cannot be read, or is none
 */
export async function givenEndpoint(
  flags: EndpointFlags,
  envKey: string | null,
  io: CliIo,
): Promise<GivenEndpoint | null> {
  const { endpoint, model } = endpointOptions;
  const url = flags.endpoint || io.env[endpoint.env];
  if (!url) return null;
  return {
    kind: 'real',
    url,
    key: await readKey(flags, envKey, io),
    model: flags.model || io.env[model.env] || null,
  };
}

async function readKey(flags: EndpointFlags, envKey: string | null, io: CliIo): Promise<string | null> {
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

/** Where the key of a run came from: `typed` is on the command line, on stdin or to the wizard's question. */
export type KeySource = 'none' | 'file' | 'environment' | 'typed';

/** `envKey` is what CAB_KEY was when the program started. */
export function keySource(
  endpoint: EndpointPlan,
  { key, keyFile }: EndpointFlags,
  envKey: string | null,
): KeySource {
  if (endpoint.kind === 'demo' || endpoint.key === null) return 'none';
  if (keyFile !== undefined) return 'file';
  return key === undefined && endpoint.key === envKey?.trim() ? 'environment' : 'typed';
}

/** The file that the key came from, also when it came by a descriptor or on stdin. */
export function maskedKeyFiles({ key, keyFile }: CheckFlags, { handed }: CliIo): Masked[] {
  if (key === '-') return secrets([pathOfDescriptor(0)].filter((path) => path !== null));
  if (keyFile === undefined) return [];
  const given = handed?.get(keyFile);
  if (given === undefined) return secrets([resolve(keyFile)]);
  return given.path === null ? [] : secrets([given.path]);
}
