import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { InstallerError } from '../install/installer.js';

/** The lock file that npm writes for the installed packages. */
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      /** Only when it differs from the name of the directory. */
      name: z.optional(z.string()),
      version: z.optional(z.string()),
      integrity: z.optional(z.string()),
    }),
  ),
});

/**
 * Compares the checksums of the packages that npm installed below `dir` with the known ones, before anything is started.
 * npm itself has verified that each tarball has the checksum in the lock file.
 *
 * @throws InstallerError for a known package with another checksum, or without a lock file
 */
export async function verifyTarballs(dir: string, known: Readonly<Record<string, string>>): Promise<void> {
  const file = join(dir, 'node_modules', '.package-lock.json');
  const lock = await readFile(file, 'utf8').then(
    (text) => lockSchema.parse(JSON.parse(text)),
    () => null,
  );
  if (lock === null) throw new InstallerError(`npm wrote no list of the installed packages (${file})`);
  for (const [path, { name, version, integrity }] of Object.entries(lock.packages)) {
    const spec = `${name ?? path.split('node_modules/').at(-1)}@${version}`;
    const expected = known[spec];
    if (expected === undefined || integrity === expected) continue;
    throw new InstallerError(
      `the registry gave another ${spec} than the one that was tested with this program (${integrity ?? 'no checksum'}, not ${expected})`,
    );
  }
}
