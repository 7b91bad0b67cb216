import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../model/errors.js';
import type { EndpointPlan } from '../run/plan.js';
import { secrets } from '../sandbox/masked-paths.js';
import type { Masked } from '../sandbox/sandbox.js';
import { pathOfDescriptor } from './inherited-descriptors.js';
import { type CliIo, say } from './io.js';
import type { CheckFlags } from './options/check.js';
import { type EndpointFlags, endpointOptions } from './options/endpoint.js';

/** An endpoint as the user gave it. `model` is null when none was given. */
export interface GivenEndpoint {
  kind: 'real';
  url: string;
  key: string | null;
  model: string | null;
}

/** The endpoint that answers the agent: the demo, or one that the user gave. */
export type EndpointChoice = { kind: 'demo'; script: NonNullable<CheckFlags['demo']> } | GivenEndpoint;

/** Removes the key from the environment, so that no child process inherits it, and returns it; null when none is set. */
export function takeKey(env: NodeJS.ProcessEnv): string | null {
  const name = endpointOptions.key.env;
  const key = env[name];
  delete env[name];
  return key || null;
}

/**
 * Returns the endpoint of `check`, or the demo.
 *
 * @param envKey used when no flag gives a key
 * @throws UsageError when no endpoint was given, or for a bad key
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
 * Returns the endpoint from the flags, or else from CAB_ENDPOINT, `envKey` and CAB_MODEL; null when none was given.
 *
 * @throws UsageError for a key that cannot be read or is malformed
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
      'Other processes on this machine can read a key on the command line. They cannot read one from --key-file, stdin (--key -) or CAB_KEY.\n',
    );
    return oneLine(flags.key, '--key');
  }
  return envKey ? oneLine(envKey, 'CAB_KEY') : null;
}

/** Longer files cannot be keys. */
const MAX_KEY_BYTES = 64 * 1024;

async function readKeyFile(file: string, { inheritedFiles }: CliIo): Promise<string> {
  const inherited = inheritedFiles?.get(file);
  if (inherited !== undefined) return inherited.text;
  try {
    // It may be a pipe, as in `--key-file <(pass show key)`. The limit stops the read of an endless device, such as /dev/zero.
    return await text(createReadStream(file, { end: MAX_KEY_BYTES }));
  } catch (error) {
    throw new UsageError(
      `The key file ${file} cannot be read (${error instanceof Error && 'code' in error ? error.code : error}).`,
      {
        code: 'usage.bad_key',
        fix: 'Give --key-file a file that holds only the key.',
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
      fix: 'Give only the key, on one line.',
    },
  );
}

/** Where the key of a run came from. `typed`: on the command line, on stdin or in the wizard. */
export type KeySource = 'none' | 'file' | 'environment' | 'typed';

/** @param envKey the value of CAB_KEY when the program started */
export function keySource(
  endpoint: EndpointPlan,
  { key, keyFile }: EndpointFlags,
  envKey: string | null,
): KeySource {
  if (endpoint.kind === 'demo' || endpoint.key === null) return 'none';
  if (keyFile !== undefined) return 'file';
  return key === undefined && endpoint.key === envKey?.trim() ? 'environment' : 'typed';
}

/** The file that holds the key, to be masked. The file may also be stdin, or come as an inherited descriptor. */
export function maskedKeyFiles({ key, keyFile }: CheckFlags, { inheritedFiles }: CliIo): Masked[] {
  if (key === '-') return secrets([pathOfDescriptor(0)].filter((path) => path !== null));
  if (keyFile === undefined) return [];
  const inherited = inheritedFiles?.get(keyFile);
  if (inherited === undefined) return secrets([resolve(keyFile)]);
  return inherited.path === null ? [] : secrets([inherited.path]);
}
