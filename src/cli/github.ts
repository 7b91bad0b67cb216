import { appendFile } from 'node:fs/promises';
import type { RunMaterial } from '../faces/formats.js';
import type { CliIo } from './io.js';

/** Inside GitHub Actions: an annotation, and the Markdown page in the step's summary. A fault there fails no run. */
export async function tellGithub(material: RunMaterial, io: CliIo): Promise<void> {
  if (io.env.GITHUB_ACTIONS !== 'true') return;
  const [{ githubAnnotation }, { markdownPage }] = await Promise.all([
    import('../faces/github.js'),
    import('../faces/page/markdown-page.js'),
  ]);
  const page = await material.page();
  io.stderr.write(githubAnnotation(page.record));
  const file = io.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  await appendFile(file, markdownPage(page)).catch((error: unknown) => {
    io.stderr.write(
      `The step summary ${file} cannot be written: ${error instanceof Error ? error.message : error}\n`,
    );
  });
}
