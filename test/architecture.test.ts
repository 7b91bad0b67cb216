import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

/** A room and the rooms it may look into. Files at the top of `src` are for all. */
const MAY_IMPORT: Record<string, string[]> = {
  cli: [
    ...[
      'sweep',
      'cell',
      'ladder',
      'mutation',
      'tasks',
      'agents',
      'endpoint',
      'sandbox',
      'grading',
      'scoring',
      'faces',
      'store',
    ],
  ],
  sweep: ['cell'],
  ladder: ['grading', 'scoring', 'sandbox', 'tasks'],
  cell: ['tasks', 'agents', 'endpoint', 'sandbox', 'grading', 'scoring'],
  mutation: ['ladder', 'grading', 'sandbox', 'tasks'],
  grading: ['sandbox', 'tasks', 'scoring'],
  agents: ['sandbox', 'tasks'],
  scoring: ['tasks', 'endpoint'],
  faces: [],
  store: [],
  tasks: [],
  endpoint: [],
  sandbox: [],
};

/** The published shapes, which every consumer of a run may know. */
const PUBLISHED = new Set(['cell/events', 'cell/record', 'cell/score-blocks', 'sweep/sweep-record']);
/** Rooms that may know the published shapes, and types only where they are made of them. */
const KNOWS_PUBLISHED = new Set(['faces', 'store', 'scoring', 'grading', 'ladder']);

interface Import {
  from: string;
  to: string;
}

function sourceFiles(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => /\.[cm]?tsx?$/.test(path));
}

function imports(): Import[] {
  return sourceFiles().flatMap((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path = '']) => ({
      from: file,
      to: relative('.', normalize(join(file, '..', path)))
        .split(sep)
        .join('/')
        .replace(/\.js$/, ''),
    }));
  });
}

const room = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '');

describe('the layout says the architecture', () => {
  it('has a rule for every folder', () => {
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it('lets dependencies go one way only', () => {
    const wrong = imports().filter(({ from, to }) => {
      const [source, target] = [room(from), room(to)];
      if (source === target || target === '' || target === '..') return false;
      if (KNOWS_PUBLISHED.has(source) && PUBLISHED.has(to)) return false;
      return !MAY_IMPORT[source]?.includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it('reads the process nowhere below src/cli', () => {
    const offenders = sourceFiles().filter(
      (file) =>
        room(file) !== 'cli' &&
        /process\.(argv|env|stdout|stderr|stdin|exit)\b/.test(readFileSync(join(SRC, file), 'utf8')) &&
        // Programs of their own: the bridge and the probe's script run inside the sandbox, the watchdog beside the run.
        !['sandbox/bridge.ts', 'sandbox/probe-sandbox.ts', 'sandbox/watchdog.ts'].includes(
          file.split(sep).join('/'),
        ),
    );
    expect(offenders).toEqual([]);
  });

  it('makes directories in one place, which never asks for ever', () => {
    expect(filesMatching(/\bmkdir(Sync)?\([^;]*?recursive: true/s)).toEqual([]);
  });

  it('writes to the terminal in one place, which takes out what commands it', () => {
    const written = filesMatching(/\.write\((?!\.\.\.)/).filter((file) => room(file) === 'cli');
    expect(written).toEqual(['cli/legacy-console.ts', 'cli/say.ts']);
  });
});

function filesMatching(pattern: RegExp): string[] {
  return sourceFiles()
    .filter((file) => pattern.test(readFileSync(join(SRC, file), 'utf8')))
    .map((file) => file.split(sep).join('/'))
    .sort();
}
