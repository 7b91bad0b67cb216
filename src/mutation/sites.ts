import { createHash } from 'node:crypto';
import { matchGlobs } from '../tasks/globs.js';
import type { Language } from './languages.js';
import { OPERATORS } from './operators.js';
import { readSource } from './source.js';

/** A file that may be mutated. */
export interface SourceFile {
  /** In the repository, `/`-separated. */
  path: string;
  text: string;
}

/** One possible mutation: one edit at one place. */
export interface Site {
  path: string;
  operator: string;
  start: number;
  end: number;
  replacement: string;
  /** 1-based. */
  line: number;
  /** Of file, place and change: the same wherever and whenever it is found. 16 hex digits. */
  id: string;
}

/** Not the project's own code, or code that no test is about. */
const ELSEWHERE =
  '**/{vendor,third_party,node_modules,dist,build,out,doc,docs,example,examples,demo,bench,benches,benchmark,benchmarks,fuzz,fuzzing,scripts,tools,generated,site}/**';
const GENERATED = /\b(?:code generated|do not edit|auto-?generated)\b/i;
const MAX_SOURCE_CHARS = 400_000;
/** Longer lines on average are a minifier's. */
const MAX_MEAN_LINE = 200;

/** Whether a tracked path holds source of the language that is the project's own and no test. */
export function isOwnSource(language: Language): (path: string) => boolean {
  const isTest = matchGlobs([...language.tests, ...language.settings, ELSEWHERE]);
  return (path) =>
    language.extensions.some((extension) => path.endsWith(extension)) &&
    !/\.d\.[cm]?ts$/.test(path) &&
    !isTest(path);
}

export function isWorthMutating({ text }: SourceFile): boolean {
  if (text.length === 0 || text.length > MAX_SOURCE_CHARS || text.includes('\0')) return false;
  return text.length / text.split('\n').length <= MAX_MEAN_LINE && !GENERATED.test(text.slice(0, 1_000));
}

/** Every site in the files, in an order that depends on `order` and the code alone. */
export function findSites(files: readonly SourceFile[], language: Language, order: string): Site[] {
  const sites = new Map<string, Site>();
  for (const { path, text } of files) {
    const source = readSource(text, language.lexis);
    const limit = findTestRegion(path, text)?.offset ?? text.length;
    for (const { name, edits } of OPERATORS) {
      for (const { start, end, replacement } of edits(source)) {
        if (end > limit || text.slice(start, end) === replacement) continue;
        const id = hash(path, text, String(start), String(end), replacement).slice(0, 16);
        const line = text.slice(0, start).split('\n').length;
        if (!sites.has(id)) sites.set(id, { path, operator: name, start, end, replacement, line, id });
      }
    }
  }
  const ranked = [...sites.values()].map((site) => ({ site, rank: hash(order, site.id) }));
  return ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ site }) => site);
}

/** The file's text with the mutation made. */
export function mutate(
  text: string,
  { start, end, replacement }: Pick<Site, 'start' | 'end' | 'replacement'>,
): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Hex SHA-256 over the parts, each told from the next. */
export function hash(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Tests inside a source file: from a line to the end. */
export interface TestRegion {
  /** The line, trimmed; the first such line of the file begins the region. */
  from: string;
  offset: number;
}

/** The test module of a Rust file, or null. */
export function findTestRegion(path: string, text: string): TestRegion | null {
  if (!path.endsWith('.rs')) return null;
  const lines = text.split('\n');
  const trimmed = lines.map((line) => line.trim());
  const offsetOf = (index: number) => lines.slice(0, index).join('\n').length + (index === 0 ? 0 : 1);
  for (let at = trimmed.indexOf('#[cfg(test)]'); at !== -1; at = trimmed.indexOf('#[cfg(test)]', at + 1)) {
    const module = trimmed.findIndex((line, index) => index > at && line !== '' && !line.startsWith('#['));
    if (!/^(?:pub )?mod \w+ \{/.test(trimmed[module] ?? '')) continue;
    const begin = trimmed.indexOf('#[cfg(test)]') === at ? at : module;
    const from = trimmed[begin] ?? '';
    return trimmed.indexOf(from) === begin ? { from, offset: offsetOf(begin) } : null;
  }
  return null;
}
