import type { Control } from '../tasks/manifest.js';
import type { Mutant } from './find-mutants.js';
import type { Site, SourceFile } from './sites.js';

const PER_TASK = 3;
/** A control is further than this from the bug, so that a fix does not rewrite its line. */
const NEAR_LINES = 10;
const MAX_NAMES = 20;

/** Whether a site can be a control: it changes one line, and the file has that line once. */
export function canControl(
  { path, start, end, replacement }: Site,
  files: ReadonlyMap<string, SourceFile>,
): boolean {
  const text = files.get(path)?.text ?? '';
  if (`${text.slice(start, end)}${replacement}`.includes('\n')) return false;
  const line = lineAt(text, start).trim();
  return line !== '' && text.split('\n').filter((each) => each.trim() === line).length === 1;
}

/** The controls of a mutant, chosen from `candidates`. Those in other files come first. */
export function controlsFor(
  { site }: Mutant,
  candidates: readonly Mutant[],
  files: ReadonlyMap<string, SourceFile>,
): Control[] {
  const distant = candidates.filter(
    (other) => other.site.path !== site.path || Math.abs(other.site.line - site.line) > NEAR_LINES,
  );
  const [elsewhere, here] = [true, false].map((wanted) =>
    distant.filter((other) => (other.site.path !== site.path) === wanted),
  ) as [Mutant[], Mutant[]];
  return [...elsewhere, ...here].slice(0, PER_TASK).map((mutant) => toControl(mutant, files));
}

function toControl({ site, failToPass }: Mutant, files: ReadonlyMap<string, SourceFile>): Control {
  const { path, start, end, replacement } = site;
  const text = files.get(path)?.text ?? '';
  const line = lineAt(text, start);
  const from = start - (text.lastIndexOf('\n', start - 1) + 1);
  const changed = line.slice(0, from) + replacement + line.slice(from + end - start);
  return {
    file: path,
    line: line.trim(),
    replacement: changed.trim(),
    fails: failToPass.slice(0, MAX_NAMES),
  };
}

function lineAt(text: string, offset: number): string {
  const begin = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(begin, end === -1 ? text.length : end);
}
