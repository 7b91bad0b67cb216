import { createHash } from 'node:crypto';
import { matchGlobs } from '../tasks/globs.js';
import type { Language } from './languages.js';
import { OPERATORS } from './operators.js';
import { readSource } from './source.js';

/** A file that may be mutated. */
export interface SourceFile {
  /** Relative to the repository, `/`-separated. */
  path: string;
  text: string;
}

/** One possible mutation: one edit of one file. */
export interface Site {
  path: string;
  operator: string;
  start: number;
  end: number;
  replacement: string;
  /** 1-based. */
  line: number;
  /** Hash of the file's path and text, and of the edit; 16 hex digits. */
  id: string;
}

/** Code of others, and code that is usually not tested. */
const NOT_TESTED =
  '**/{vendor,third_party,node_modules,dist,build,out,doc,docs,example,examples,demo,bench,benches,benchmark,benchmarks,fuzz,fuzzing,scripts,tools,generated,site}/**';
const GENERATED = /\b(?:code generated|do not edit|auto-?generated)\b/i;
const MAX_SOURCE_CHARS = 400_000;
/** Minified code has longer lines on average. */
const MAX_MEAN_LINE_CHARS = 200;

/** Whether a tracked path is source code of the project itself, in this language, and not a test. */
export function isOwnSource(language: Language): (path: string) => boolean {
  const isTest = matchGlobs([...language.tests, ...language.settings, NOT_TESTED]);
  return (path) =>
    language.extensions.some((extension) => path.endsWith(extension)) &&
    !/\.d\.[cm]?ts$/.test(path) &&
    !isTest(path);
}

export function isWorthMutating({ text }: SourceFile): boolean {
  if (text.length === 0 || text.length > MAX_SOURCE_CHARS || text.includes('\0')) return false;
  return (
    text.length / text.split('\n').length <= MAX_MEAN_LINE_CHARS && !GENERATED.test(text.slice(0, 1_000))
  );
}

/** Every site in the files, in a random order with the seed `order`; the same code gives the same order. */
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

/** The text with the edit applied. */
export function mutate(
  text: string,
  { start, end, replacement }: Pick<Site, 'start' | 'end' | 'replacement'>,
): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Hex SHA-256 of the parts, as a JSON array so that their borders count. */
export function hash(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The tests inside a source file: from a line to the end of the file. */
export interface TestRegion {
  /** The trimmed text of the region's first line; no earlier line of the file has the same text. */
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
