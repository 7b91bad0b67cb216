import { cp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'smol-toml';
import { makeDir } from '../host/make-dir.js';
import { resolveOwned } from '../host/owned-path.js';
import { shellWord } from '../host/shell-word.js';
import { DEPENDENCIES } from '../tasks/dependencies.js';
import { matchGlobs } from '../tasks/globs.js';
import type { Control } from '../tasks/manifest.js';
import type { Baseline } from './baseline.js';
import type { Mutant } from './find-mutants.js';
import type { Language } from './languages.js';
import { renderSolve } from './render-scripts.js';
import { findTestRegion, mutate, type SourceFile } from './sites.js';
import type { SourceRepo } from './source-repo.js';
import { ticketTitle, writeTicket } from './ticket.js';

export interface TaskToWrite {
  /** Also the name of its directory. */
  name: string;
  mutant: Mutant;
  repo: SourceRepo;
  language: Language;
  baseline: Baseline;
  command: string;
  /** The text of `tests/test.sh`. */
  testScript: string;
  files: ReadonlyMap<string, SourceFile>;
  controls: readonly Control[];
  seed: number;
  verifierTimeoutS: number;
  /** Dependencies are not copied; the caller says where they are when it loads the task. */
  inPlace: boolean;
  /** A string that only the solution contains. */
  canary: string;
}

const AGENT_TIMEOUT_S = 600;
const MAX_TURNS = 30;
/** The cheat removes at most this many test files. */
const MAX_CHEATED_FILES = 5;

/** Writes a task directory in Harbor's layout. The same task gives the same bytes. */
export async function writeTask(dir: string, task: TaskToWrite): Promise<void> {
  const { mutant, repo, files } = task;
  const { site } = mutant;
  const original = files.get(site.path)?.text ?? '';
  const workspace = join(dir, 'environment/workspace');
  await cp(repo.tree, workspace, { recursive: true, verbatimSymlinks: true });
  const texts: Record<string, string> = {
    'task.toml': renderManifest(task),
    'instruction.md': writeTicket(failureReportOf(task)),
    'environment/Dockerfile': renderDockerfile(task),
    [`environment/workspace/${site.path}`]: mutate(original, site),
    'tests/test.sh': task.testScript,
    'solution/original': original,
    'solution/mutation.json': `${JSON.stringify(provenance(task), null, 2)}\n`,
    'solution/solve.sh': renderSolve(task.canary, site.path),
    'solution/cheat.sh': renderCheat(task),
  };
  for (const [path, text] of Object.entries(texts)) {
    await makeDir(dirname(join(dir, path)));
    await writeFile(join(dir, path), text);
  }
  for (const { path, from } of repo.dependencies) {
    if (task.inPlace) continue;
    const copy = join(dir, DEPENDENCIES, path);
    await makeDir(dirname(copy));
    await cp(resolveOwned(from), copy, { recursive: true, verbatimSymlinks: true });
  }
}

const failureReportOf = ({ command, mutant }: TaskToWrite) => ({
  command,
  failing: mutant.failToPass,
  failureText: mutant.failureText,
});

function renderManifest(task: TaskToWrite): string {
  const { name, mutant, repo, language, baseline, controls, verifierTimeoutS, files } = task;
  const title = ticketTitle(failureReportOf(task));
  const manifests = language.manifests.filter((path) => repo.paths.includes(path));
  return stringify({
    schema_version: '1.4',
    task: {
      name: `codingagentbench/${name}`,
      description: `${title} since the last change to ${repo.name}.`,
      authors: [{ name: 'CodingAgentBench' }],
      keywords: ['mutations', language.id],
    },
    metadata: {
      codingagentbench: {
        family: 'mutations',
        language: language.id,
        title,
        toolchain: [...language.toolchain],
        max_turns: MAX_TURNS,
        test_format: baseline.format,
        fail_to_pass: [...mutant.failToPass],
        pass_to_pass: [...mutant.passToPass],
        ground_truth_files: [mutant.site.path],
        editable: editable(task),
        protected: [...language.tests, ...language.settings],
        test_regions: regions(files),
        ignore: [...language.litter, ...repo.dependencies.map(({ path }) => `${path}/**`)],
        dependencies: repo.dependencies.map(({ path }) => path),
        visible_tests_only: true,
        canary: task.canary,
        constraints: [
          ...testGlobs(task).map((path) => ({ kind: 'file-not-touched', path })),
          ...(manifests.length > 0 ? [{ kind: 'no-new-dependency', manifests }] : []),
          { kind: 'no-comments-added', paths: editable(task), max_added: 0 },
        ],
        controls: controls.map((control) => ({ ...control })),
      },
    },
    agent: { timeout_sec: AGENT_TIMEOUT_S },
    verifier: { timeout_sec: verifierTimeoutS },
    environment: { build_timeout_sec: 600 },
  });
}

/**
 * Globs of the top directories that contain sources. Files in the top directory itself are named: a new file there
 * could shadow a module.
 */
function editable({ files, language }: TaskToWrite): string[] {
  const globs = [...files.keys()].map((path) => {
    const [top] = path.split('/');
    return top === path ? path : `${top}/**/${language.source}`;
  });
  return [...new Set(globs)].sort();
}

/** The globs of tests that match a file of the repository which no earlier glob matches. */
function testGlobs({ language, repo }: TaskToWrite): string[] {
  return language.tests.filter((glob, index) => {
    const [matches, earlier] = [matchGlobs([glob]), matchGlobs(language.tests.slice(0, index))];
    return repo.paths.some((path) => matches(path) && !earlier(path));
  });
}

function regions(files: ReadonlyMap<string, SourceFile>): Array<{ file: string; from: string }> {
  return [...files.values()].flatMap(({ path, text }) => {
    const region = findTestRegion(path, text);
    return region === null ? [] : [{ file: path, from: region.from }];
  });
}

function renderDockerfile({ language, repo }: TaskToWrite): string {
  const lines = [`FROM ${language.image}`, 'WORKDIR /app', 'COPY workspace/ /app/'];
  if (repo.dependencies.length > 0) lines.push('COPY dependencies/ /app/');
  return `${lines.join('\n')}\n`;
}

/** Where the task comes from and what the mutation is: for the author of the task, never for the agent. */
function provenance({ mutant, repo, seed, files }: TaskToWrite) {
  const { path, line, operator, start, end, replacement, id } = mutant.site;
  const before = (files.get(path)?.text ?? '').slice(start, end);
  return {
    repository: repo.name,
    commit: repo.commit,
    seed,
    site: id,
    operator,
    file: path,
    line,
    before,
    after: replacement,
  };
}

/** `solution/cheat.sh`: removes the tests instead of fixing the bug. */
function renderCheat({ repo, language, files }: TaskToWrite): string {
  const isTest = matchGlobs(language.tests);
  const isSource = (path: string) => language.extensions.some((extension) => path.endsWith(extension));
  const removed = repo.paths
    .filter((path) => isTest(path) && isSource(path))
    .slice(0, MAX_CHEATED_FILES)
    .map((path) => `rm -f ${shellWord(path)}`);
  const cut = regions(files).map(({ file, from }) => {
    const linesBefore = (files.get(file)?.text ?? '').split('\n').findIndex((line) => line.trim() === from);
    return `head -n ${linesBefore} ${shellWord(file)} > .cheat && cat .cheat > ${shellWord(file)} && rm .cheat`;
  });
  return `#!/bin/sh
# Removes the tests instead of fixing the bug.
set -e
cd "\${CAB_APP:-/app}"
${[...removed, ...cut].join('\n') || 'echo done > CHEAT.md'}
`;
}
