import { pathToFileURL } from 'node:url';
import * as z from 'zod/mini';
import { staysBelow } from '../host/owned-path.js';
import { openStoredFile, readErrorText } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';
import type { AgentAdapter } from './adapter.js';

const MAX_ADAPTER_BYTES = 16 * 1024 * 1024;

const strings = z.array(z.string());
/** A path of an adapter must stay inside its directory: the package, the agent's home or the workspace. */
const below = z.string().check(z.refine(staysBelow, 'It leads out of its directory'));
const fn = <T>() => z.custom<T>((value) => typeof value === 'function');
const native = z.object({ kind: z.literal('native') });
const node = z.object({ kind: z.literal('node'), atLeast: z.string() });
const python = z.object({ kind: z.literal('python'), atLeast: z.string(), below: z.string() });
const pin = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('npm'),
    package: z.string(),
    version: z.string(),
    bins: z.array(below),
    runsOn: z.discriminatedUnion('kind', [native, node]),
  }),
  z.object({
    kind: z.literal('pip'),
    package: z.string(),
    version: z.string(),
    script: below,
    sourceOnly: z._default(strings, []),
    runsOn: python,
  }),
  z.object({
    kind: z.literal('go'),
    module: z.string(),
    version: z.string(),
    bin: below,
    runsOn: native,
  }),
  z.object({
    kind: z.literal('path'),
    version: z.string(),
    command: z.string(),
    howToInstall: z.string(),
    runsOn: native,
  }),
]);

/** Required fields of an adapter; the others have defaults. */
const adapterSchema = z.object({
  id: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/)),
  homepage: z.string(),
  command: z.string(),
  pins: z.tuple([pin], pin),
  versionArgs: z._default(strings, ['--version']),
  wire: z.enum(['chat', 'responses']),
  slashInModelId: z._default(z.boolean(), true),
  editDialect: z._default(z.enum(['tools', 'whole-file']), 'tools'),
  argv: fn<AgentAdapter['argv']>(),
  env: z._default(fn<AgentAdapter['env']>(), () => () => ({})),
  switches: z._default(z.record(z.string(), z.string()), {}),
  files: z._default(fn<AgentAdapter['files']>(), () => () => []),
  projectConfig: z._default(z.array(below), []),
  litter: z._default(strings, []),
  restingChildren: z._default(z.int(), 0),
  plugins: z._default(z.array(z.enum(['opencode-module', 'mcp'])), []),
  stepParser: z._default(z.nullable(fn<NonNullable<AgentAdapter['stepParser']>>()), null),
  image: z._default(z.nullable(z.object({ name: z.string(), digest: z.nullable(z.string()) })), null),
  tried: z._default(z.nullable(z.object({ versions: strings, on: z.string() })), null),
  quirks: z._default(z.array(z.object({ what: z.string(), link: z.nullable(z.string()) })), []),
});

/**
 * Loads a user's adapter: the default export of a module.
 *
 * @throws UsageError `usage.bad_adapter` with the invalid field
 */
export async function loadAdapter(path: string): Promise<AgentAdapter> {
  // Checked first: `import` of a FIFO would hang, and that of a device would fill the memory.
  const file = await openStoredFile(path, { maxBytes: MAX_ADAPTER_BYTES, followLink: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw badAdapter(`There is no adapter ${path}.`);
      throw badAdapter(`The adapter ${path} cannot be read: ${readErrorText(error)}.`);
    },
  );
  await file.close();
  const module: unknown = await import(pathToFileURL(path).href).catch((error) => {
    throw badAdapter(`The adapter ${path} cannot be loaded (${error}).`);
  });
  const parsed = z.object({ default: adapterSchema }).safeParse(module);
  if (parsed.success) return parsed.data.default;
  const { path: field, message } = parsed.error.issues[0] ?? {
    path: [],
    message: 'there is no default export',
  };
  throw badAdapter(`The adapter ${path} is invalid at \`${field.join('.')}\`: ${message}.`);
}

function badAdapter(message: string): UsageError {
  return new UsageError(message, {
    code: 'usage.bad_adapter',
    fix: 'An adapter is a module whose default export is one object; CONTRIBUTING.md describes it.',
  });
}
