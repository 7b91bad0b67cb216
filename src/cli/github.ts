import { appendFile } from 'node:fs/promises';
import type { RunRecord } from '../model/record.js';
import type { CliIo } from './io.js';
import { say } from './say.js';

/** Inside GitHub Actions: an annotation a cell, and Markdown in the step's summary. A fault there fails no run. */
export async function tellGithub(
  cells: readonly RunRecord[],
  markdown: () => Promise<string>,
  io: CliIo,
): Promise<void> {
  const { githubAnnotation } = await import('../reporters/documents/github.js');
  for (const record of cells) say(io.stderr, githubAnnotation(record));
  const file = io.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  await appendFile(file, await markdown()).catch((error: unknown) => {
    say(
      io.stderr,
      `The step summary ${file} cannot be written: ${error instanceof Error ? error.message : error}\n`,
    );
  });
}

export const inGithub = ({ env }: CliIo): boolean => env.GITHUB_ACTIONS === 'true';
