import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { unpackHidden } from './hidden-archive.js';
import { parseManifest, type TaskManifest } from './manifest.js';
import type { Task } from './task.js';

/** The three files of a packed task. */
export const PACKED = { head: 'task.json', bundle: 'workspace.bundle', hidden: 'hidden.tar.gz' } as const;

const headSchema = z.strictObject({
  id: z.string(),
  commit: z.string(),
  digest: z.string(),
  instruction: z.string(),
  toml: z.string(),
});
export type PackedHead = z.infer<typeof headSchema>;

/**
 * Opens a directory written by `packTask`.
 *
 * @param manifest the manifest, if it is known; the file of a Harbor-only task has none
 * @throws UsageError when this version cannot read the manifest
 */
export async function openPackedTask(dir: string, manifest?: TaskManifest): Promise<Task> {
  const head = headSchema.parse(JSON.parse(await readFile(join(dir, PACKED.head), 'utf8')));
  return {
    id: head.id,
    manifest: manifest ?? parseManifest(head.toml, `${head.id}/task.toml`),
    instruction: head.instruction,
    bundlePath: join(dir, PACKED.bundle),
    commit: head.commit,
    digest: head.digest,
    dependencies: [],
    openHidden: async () => unpackHidden(await readFile(join(dir, PACKED.hidden))),
  };
}
