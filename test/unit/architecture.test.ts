import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');

/** The folders of `src` in order: each imports only from those before it, type-only imports included. */
const LAYERS = [
  'model',
  'host',
  'sandbox',
  'endpoint',
  'tasks',
  'agents',
  'grading',
  'scoring',
  'task-checks',
  'mutation',
  'run',
  'reporters',
  'store',
  'cli',
];

/** Programs of their own, which run inside the sandbox or beside a run. */
const PROGRAMS = [
  'sandbox/wrappers/bridge.ts',
  'sandbox/probe-sandbox.ts',
  'sandbox/processes/watchdog.ts',
  'reporters/documents/html/client/page.ts',
];

const layerOf = (path: string) => path.split('/')[1] ?? '';
const later = (layer: string) => LAYERS.slice(LAYERS.indexOf(layer) + 1);

let found: ICruiseResult;

beforeAll(async () => {
  const { output } = await cruise(['src'], {
    baseDir: ROOT,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules' },
    validate: true,
    ruleSet: {
      forbidden: [
        { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
        ...LAYERS.map((layer) => ({
          name: `${layer}-imports-upwards`,
          severity: 'error' as const,
          from: { path: `^src/${layer}/` },
          to: { path: `^src/(${later(layer).join('|') || '-'})/` },
        })),
      ],
    },
  });
  if (typeof output === 'string') throw new Error(output);
  found = output;
}, 60_000);

describe('the folders are the architecture', () => {
  it('has a place in the order for every folder, and no file outside of them', () => {
    const entries = readdirSync(SRC).sort();
    expect(entries).toEqual([...LAYERS].sort());
  });

  it('is what docs/architecture.md says, folder by folder and path by path', () => {
    const page = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');
    const [, list = ''] = page.split('\n## Folders\n');
    const listed = [...(list.split('\n## ')[0] ?? '').matchAll(/^\| `src\/([\w-]+)` \|/gm)];
    expect(listed.map(([, folder]) => folder)).toEqual(LAYERS);
    const paths = [...page.matchAll(/`((?:src|test|bin|build|fixtures)\/[\w./-]*)`/g)].map(
      ([, path = '']) => path,
    );
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('sees the imports, type-only ones included', () => {
    const { modules } = found;
    expect(modules.length).toBeGreaterThan(300);
    const fold = modules.find(({ source }) => source === 'src/model/to-record.ts');
    expect(fold?.dependencies.map(({ resolved }) => resolved)).toContain('src/model/record.ts');
  });

  it('lets dependencies go one way, without circles', () => {
    const wrong = found.summary.violations.map(({ rule, from, to, cycle }) => ({
      rule: rule.name,
      path: cycle?.map(({ name }) => name) ?? [from, to],
    }));
    expect(wrong).toEqual([]);
  });

  it('keeps the model free of imports of ours', () => {
    const outside = found.modules
      .filter(({ source }) => layerOf(source) === 'model')
      .flatMap(({ dependencies }) => dependencies.map(({ resolved }) => resolved))
      .filter((path) => path.startsWith('src/') && layerOf(path) !== 'model');
    expect(outside).toEqual([]);
  });

  it('reads the process nowhere below src/cli', () => {
    const offenders = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => /\.[cm]?tsx?$/.test(file) && !file.startsWith('cli/') && !PROGRAMS.includes(file))
      .filter((file) =>
        /process\.(argv|env|stdout|stderr|stdin|exit)\b/.test(readFileSync(join(SRC, file), 'utf8')),
      );
    expect(offenders).toEqual([]);
  });

  it('makes directories in one place, which never asks for ever', () => {
    expect(filesMatching(/\bmkdir(Sync)?\([^;]*?recursive: true/s)).toEqual([]);
  });

  it('writes to the terminal in one place, which takes out what commands it', () => {
    const written = filesMatching(/\b(std(out|err)|stream|target)\.write\((?!\.\.\.)/).filter((file) =>
      file.startsWith('cli/'),
    );
    expect(written).toEqual(['cli/io.ts', 'cli/legacy-console.ts']);
  });
});

function filesMatching(pattern: RegExp): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?tsx?$/.test(file) && pattern.test(readFileSync(join(SRC, file), 'utf8')))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}
