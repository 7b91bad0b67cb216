import { shellWord } from '../host/shell-word.js';
import type { MutateResult } from '../mutation/mutate-repo.js';
import { palette } from '../reporters/text/palette.js';
import { safeLine } from '../reporters/text/sanitize.js';
import { alignCell, renderTable } from '../reporters/text/table.js';

/** What `tasks mutate --json` prints. */
export interface MutationReport {
  repository: string;
  commit: string;
  seed: number;
  test_command: string;
  language: string;
  test_format: string;
  tests: number;
  sites: number;
  asked: number;
  kept: Array<{
    task: string;
    dir: string;
    file: string;
    line: number;
    operator: string;
    fail_to_pass: string[];
    pass_to_pass: number;
    controls: number;
  }>;
  dropped: Array<{ file: string; line: number; operator: string; why: string }>;
}

/** Builds the report of `tasks mutate`. */
export function mutationReport(
  { repo, language, baseline, sites, written, dropped }: MutateResult,
  { seed, command, count }: { seed: number; command: string; count: number },
): MutationReport {
  return {
    repository: repo.name,
    commit: repo.commit,
    seed,
    test_command: command,
    language: language.id,
    test_format: baseline.format,
    tests: baseline.names.length,
    sites,
    asked: count,
    kept: written.map(({ name, dir, mutant, controls }) => ({
      task: name,
      dir,
      file: mutant.site.path,
      line: mutant.site.line,
      operator: mutant.site.operator,
      fail_to_pass: [...mutant.failToPass],
      pass_to_pass: mutant.passToPass.length,
      controls,
    })),
    dropped: dropped.map(({ site, why }) => ({
      file: site.path,
      line: site.line,
      operator: site.operator,
      why,
    })),
  };
}

/** Texts for the reasons why a mutation was dropped. */
const REASONS: Record<string, string> = {
  unnoticed: 'the tests stayed green',
  broken: 'it did not compile, or tests could not run to their end',
  'timed out': 'the tests did not end',
  'nothing passes': 'no test passed',
  unsteady: 'other tests failed the second time',
  'close to another': 'within three lines of a kept mutation',
};

/** The report as text. */
export function mutationTable(report: MutationReport): string {
  const rows = report.kept.map(({ task, operator, file, line, fail_to_pass, pass_to_pass }) => [
    task,
    operator,
    safeLine(`${file}:${line}`),
    `${fail_to_pass.length} fail, ${pass_to_pass} pass`,
  ]);
  const columns = rows[0]?.map(() => ({ title: '', kind: 'text' as const })) ?? [];
  const style = { paint: palette(false), width: Number.POSITIVE_INFINITY, overflow: 'drop' as const };
  const lines = renderTable(columns, rows, style).slice(1);
  const counts = new Map<string, number>();
  for (const { why } of report.dropped) counts.set(why, (counts.get(why) ?? 0) + 1);
  const dropped = [...counts].map(
    ([why, count]) =>
      `  ${alignCell(String(count), { width: 4, kind: 'number' })}  ${REASONS[why] ?? safeLine(why)}`,
  );
  const { kept, asked, repository, commit, seed } = report;
  const [first] = kept;
  return [
    `${kept.length} of ${asked} tasks from ${safeLine(repository)} at ${commit.slice(0, 12)}, seed ${seed}`,
    ...lines.map((line) => `  ${line}`),
    ...(dropped.length > 0 ? ['dropped', ...dropped] : []),
    ...(first ? [`try one   codingagentbench check --demo --task ${safeLine(shellWord(first.dir))}`] : []),
    '',
  ].join('\n');
}
