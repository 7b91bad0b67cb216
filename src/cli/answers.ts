import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { makeDir } from '../host/make-dir.js';
import { readStoredFile } from '../host/regular-file.js';

const answersSchema = z.object({
  tui: z.optional(z.string()),
  endpoint: z.optional(z.string()),
  model: z.optional(z.string()),
  task: z.optional(z.string()),
});
/** The wizard's answers of the last time. They never contain a key. */
export type Answers = z.infer<typeof answersSchema>;

const FILE = 'answers.json';
const MAX_BYTES = 64 * 1024;

/** Reads the saved answers; empty when there are none or the file cannot be read. */
export async function readAnswers(configDir: string): Promise<Answers> {
  try {
    const text = await readStoredFile(join(configDir, FILE), { maxBytes: MAX_BYTES, followLink: true });
    return answersSchema.parse(JSON.parse(text.toString('utf8')));
  } catch {
    return {};
  }
}

/** Saves the answers for the next time. A failure is ignored: the wizard then has no preselection. */
export async function saveAnswers(configDir: string, answers: Answers): Promise<void> {
  try {
    await makeDir(configDir);
    await writeFile(join(configDir, FILE), `${JSON.stringify(answersSchema.parse(answers), null, 2)}\n`);
  } catch {}
}
