import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';

const metafileSchema = z.object({ inputs: z.record(z.string(), z.unknown()) });
const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.optional(z.string()) });

/** Writes the licences of all packages in the bundles, which esbuild's metafiles list. Removes the metafiles. */
export async function writeNotices(metafiles: readonly string[], outFile: string): Promise<void> {
  const lists = await Promise.all(
    metafiles.map(async (metafile) => metafileSchema.parse(JSON.parse(await readFile(metafile, 'utf8')))),
  );
  const packageDirs = new Set<string>();
  for (const input of lists.flatMap(({ inputs }) => Object.keys(inputs))) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match?.[1]) packageDirs.add(match[1]);
  }
  const notices = await Promise.all([...packageDirs].sort().map(noticeOf));
  const head = 'This package bundles the following third-party software.\n';
  await writeFile(outFile, [head, ...notices].join(`\n${'-'.repeat(78)}\n`));
  await Promise.all(metafiles.map((metafile) => rm(metafile)));
}

async function noticeOf(packageDir: string): Promise<string> {
  const { name, version, license } = packageSchema.parse(
    JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')),
  );
  const licenceFile = (await readdir(packageDir)).find((file) => /^licen[cs]e/i.test(file));
  const text = licenceFile
    ? await readFile(join(packageDir, licenceFile), 'utf8')
    : `Licence: ${license ?? 'see the package'}`;
  return `${name} ${version} (${license ?? dirname(packageDir)})\n\n${text.trim()}\n`;
}
