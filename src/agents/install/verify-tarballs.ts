import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { InstallerError } from '../install/installer.js';

/** npm's own account of what it installed. */
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      /** Where it differs from that of the directory. */
      name: z.optional(z.string()),
      version: z.optional(z.string()),
      integrity: z.optional(z.string()),
    }),
  ),
});

/**
 * Compares what npm has put below `dir` with the checksums that are known, before any of it is started; npm has seen
 * to it that each tarball has the checksum it notes.
 *
 * @throws InstallerError for a package that is known and came as something else
 */
export async function verifyTarballs(dir: string, known: Readonly<Record<string, string>>): Promise<void> {
  const file = join(dir, 'node_modules', '.package-lock.json');
  const lock = await readFile(file, 'utf8').then(
    (text) => lockSchema.parse(JSON.parse(text)),
    () => null,
  );
  if (lock === null) throw new InstallerError(`npm left no account of what it installed (${file})`);
  for (const [path, { name, version, integrity }] of Object.entries(lock.packages)) {
    const spec = `${name ?? path.split('node_modules/').at(-1)}@${version}`;
    const expected = known[spec];
    if (expected === undefined || integrity === expected) continue;
    throw new InstallerError(
      `the registry gave another ${spec} than the one this program was tried with (${integrity ?? 'no checksum'}, not ${expected})`,
    );
  }
}
