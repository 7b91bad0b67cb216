import { join } from 'node:path';
import { readStoredFile } from '../host/regular-file.js';
import type { Language } from './languages.js';
import type { SourceRepo } from './source-repo.js';

/** A `node` command that runs TypeScript itself: on `.ts` files or with a bare `--test`, and without a loader. */
const ON_TYPESCRIPT =
  /\bnode\b(?![^&|;\n]*\s(?:--import|--(?:experimental-)?loader|--require|-r)\b)\s[^&|;\n]*(?:\.[cm]?ts\b|--test(?:\s+-\S+)*\s*(?:$|[&|;]))/m;
const MAX_BYTES = 16 * 1024 * 1024;
const RUNS_SCRIPTS = /\b(?:npm|npx|pnpm|yarn|bun)\b/;

/** Changes the toolchain of TypeScript to a Node that strips types, if the test command relies on that. */
export async function withTypeStripping(
  language: Language,
  { tree }: Pick<SourceRepo, 'tree'>,
  command: string,
): Promise<Language> {
  if (language.id !== 'typescript') return language;
  const scripts = RUNS_SCRIPTS.test(command) ? await scriptsOf(tree) : [];
  if (![command, ...scripts].some((line) => ON_TYPESCRIPT.test(line))) return language;
  return { ...language, toolchain: ['typescript', 'npm'], image: 'node:24' };
}

async function scriptsOf(tree: string): Promise<string[]> {
  try {
    const text = await readStoredFile(join(tree, 'package.json'), { maxBytes: MAX_BYTES });
    const { scripts }: { scripts?: unknown } = JSON.parse(text.toString('utf8'));
    return Object.values(scripts ?? {}).map(String);
  } catch {
    return [];
  }
}
