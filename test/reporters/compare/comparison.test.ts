import { describe, expect, it } from 'vitest';
import type { CellResult } from '../../../src/reporters/documents/compare/cell-result.js';
import { compareMarkdown, compareText } from '../../../src/reporters/documents/compare/compare-text.js';
import { compareResults } from '../../../src/reporters/documents/compare/comparison.js';
import { compareCsv } from '../../../src/reporters/documents/compare/csv.js';
import { publishedCells } from '../../../src/reporters/documents/compare/published-cells.js';
import { wilsonInterval } from '../../../src/reporters/documents/compare/wilson.js';
import { compareHtml } from '../../../src/reporters/documents/html/compare-html.js';

const run = (over: Partial<CellResult>): CellResult => ({
  runId: 'aaaa',
  source: 'local',
  demo: false,
  tui: 'opencode',
  model: 'm',
  taskId: 'mutations/rust-error-negated',
  taskDigest: 'sha256:1111111',
  verdict: over.pass === 0 ? 'failed' : 'passed',
  pass: 1,
  tokensPerCorrect: 10_000,
  totalTokens: 10_000,
  wallMs: 10_000,
  blastRadius: 0,
  integrity: null,
  benignTwin: null,
  composite: 0.9,
  measured: 0.8,
  ...over,
});
const failedRun = { pass: 0, tokensPerCorrect: null } as const;
const unscoredRun = {
  pass: null,
  verdict: 'unscored',
  totalTokens: null,
  composite: null,
  measured: null,
} as const;

describe('wilsonInterval', () => {
  // From the formula as published: Wilson 1927, z = 1.96.
  it.each([
    [0, 10, 0, 0.278],
    [5, 10, 0.237, 0.763],
    [10, 10, 0.722, 1],
    [1, 1, 0.207, 1],
  ])('%i of %i', (passed, n, low, high) => {
    const interval = wilsonInterval(passed, n);
    expect(interval?.map((bound) => Number(bound.toFixed(3)))).toEqual([low, high]);
  });

  it('is none without a trial', () => expect(wilsonInterval(0, 0)).toBeNull());
});

describe('benign twins', () => {
  const trap = { taskId: 'integrity/trap', benignTwin: 'integrity/trap-twin', integrity: 1 };
  const twin = { taskId: 'integrity/trap-twin', taskDigest: 'sha256:3333333' };
  const said = (...runs: CellResult[]) =>
    compareMarkdown(compareResults(runs))
      .split('\n')
      .find((line) => line.startsWith('| opencode × m | integrity/trap |'))
      ?.split('|')
      .slice(3, 6)
      .map((cell) => cell.trim());

  it('tell a refuser from a broken agent, and one that works from one that sees', () => {
    expect(said(run(trap), run(twin))).toEqual([
      '1.000',
      '1/1',
      'sees the catch, and works where there is none',
    ]);
    expect(said(run(trap), run({ ...twin, ...failedRun }))).toEqual([
      '1.000',
      '0/1',
      'says nothing: what can simply be done is not done either',
    ]);
    expect(said(run({ ...trap, integrity: 0 }), run(twin))).toEqual([
      '0.000',
      '1/1',
      'works, and does not see the catch',
    ]);
  });

  it('count for the same agent with the same model, when they were scored', () => {
    const others = [
      run({ ...twin, model: 'other' }),
      run({ ...twin, demo: true }),
      run({ ...twin, ...unscoredRun }),
    ];
    expect(said(run(trap), ...others)).toEqual(['1.000', '–', 'run integrity/trap-twin too']);
  });

  it('are not spoken of where no task has one', () => {
    expect(compareMarkdown(compareResults([run({})]))).not.toContain('twin');
  });
});

describe('unscored runs', () => {
  const shown = (...runs: CellResult[]) => compareMarkdown(compareResults(runs));
  const second = { taskId: 'mutations/js-off-by-one', taskDigest: 'sha256:2222222' };

  it('leave a condition out when it has no other, and empty no comparison', () => {
    const { common, players, unscoredPairs } = compareResults([
      run({}),
      run({ tui: 'pi', ...failedRun }),
      run({ tui: 'codex', ...unscoredRun }),
      run({ tui: 'codex', ...second, ...unscoredRun }),
    ]);
    expect(common).toEqual(['mutations/rust-error-negated']);
    expect(players.map(({ tui, passed, n }) => [tui, passed, n])).toEqual([
      ['opencode', 1, 1],
      ['pi', 0, 1],
    ]);
    expect(unscoredPairs).toEqual([{ tui: 'codex', model: 'm', runs: 2 }]);
  });

  it('are told apart from tasks that nobody shares', () => {
    expect(shown(run({ ...unscoredRun }))).toContain('No run was scored.');
    expect(shown(run({}), run({ tui: 'codex', ...unscoredRun }))).toContain(
      'codex × m is left out: no run of it was scored (1 run).',
    );
    expect(shown(run({}), run({ tui: 'pi', ...second }))).toContain(
      'No task has a scored run of all of them',
    );
  });

  it('count for nothing beside scored ones of the same condition', () => {
    const { common, players, unscoredPairs } = compareResults([
      run({}),
      run({ ...unscoredRun }),
      run({ tui: 'pi' }),
    ]);
    expect([common.length, players.map(({ n }) => n), unscoredPairs]).toEqual([1, [1, 1], []]);
  });
});

describe('compareResults', () => {
  it('puts repeats together: all tokens over the passes, the median of the wall, unscored runs apart', () => {
    const { cells, unscored } = compareResults([
      run({ wallMs: 30_000 }),
      run({ ...failedRun, wallMs: 10_000, totalTokens: 5_000 }),
      run({ wallMs: 11_000 }),
      run({ ...unscoredRun, wallMs: 1 }),
    ]);
    expect(cells).toHaveLength(1);
    expect(cells[0]).toMatchObject({
      n: 3,
      passed: 2,
      unscored: 1,
      tokensPerCorrect: 12_500,
      wallMs: 11_000,
    });
    expect(unscored).toBe(1);
  });

  it('has no number where one of the runs has none, nor where nothing passed', () => {
    const [holed, none] = compareResults([
      run({}),
      run({ totalTokens: null, tokensPerCorrect: null, wallMs: null }),
      run({ ...failedRun, model: 'other' }),
    ]).cells;
    expect(holed).toMatchObject({ tokensPerCorrect: null, wallMs: null, passRate: 1 });
    expect(none).toMatchObject({ tokensPerCorrect: null, passRate: 0 });
  });

  it('compares players over the tasks that all of them ran with a score, and a version of a task is a task', () => {
    const other = { taskId: 'mutations/js-off-by-one' };
    const { common, tasks, players } = compareResults([
      run({}),
      run(other),
      run({ tui: 'codex' }),
      run({ tui: 'codex', ...other, ...unscoredRun }),
      run({ tui: 'codex', taskDigest: 'sha256:2222222' }),
    ]);
    expect(tasks).toEqual([
      'mutations/js-off-by-one',
      'mutations/rust-error-negated@1111111',
      'mutations/rust-error-negated@2222222',
    ]);
    expect(common).toEqual(['mutations/rust-error-negated@1111111']);
    expect(players.map(({ tui, n }) => [tui, n])).toEqual([
      ['opencode', 1],
      ['codex', 1],
    ]);
  });

  it('puts a published cell beside ours and in no sum', () => {
    const { cells, players } = compareResults([
      run({ ...failedRun, model: 'openai/gpt-oss-120b' }),
      ...publishedCells,
    ]);
    expect(cells.map(({ source, n, passed }) => [source, n, passed])).toEqual([
      ['local', 1, 0],
      ['published', 1, 1],
    ]);
    expect(players).toHaveLength(1);
    expect(players[0]).toMatchObject({ n: 1, passed: 0 });
  });
});

describe('a comparison in every format', () => {
  const hostile = '=cmd|"</script><img src=x onerror=1>\u001B[2J\u202E\n';
  const comparison = compareResults([run({}), run({ ...failedRun, model: hostile }), ...publishedCells]);
  const texts = {
    terminal: compareText(comparison, { width: 120, colour: false }),
    markdown: compareMarkdown(comparison),
    html: compareHtml(comparison, { css: '', script: '' }),
    csv: compareCsv(comparison),
  };

  it.each(['terminal', 'markdown', 'html'] as const)(
    '%s says provisional and marks what is published',
    (format) => {
      expect(texts[format]).toContain('provisional score — not for citation');
      expect(texts[format]).toContain('published');
      expect(texts[format]).not.toMatch(/[\u001B\u202E]/);
      if (format !== 'terminal') expect(texts[format]).not.toMatch(/(?<!\\)<img src=x/);
    },
  );

  it('csv has a row a cell, empty where not measured, and no formula', () => {
    const lines = texts.csv.split('\r\n');
    expect(lines[0]).toMatch(/^source,demo,tui,model,task_id,/);
    expect(lines.at(-2)).toMatch(
      /^published,false,opencode,openai\/gpt-oss-120b,mutations\/rust-error-negated,,1,0,1,1,0\.2065\d*,1,,13395\.122,0,0\.9595589997758941,$/,
    );
    expect(texts.csv).toContain(`"'=cmd|""</script>`);
  });

  it('html plots those that have both numbers', () => {
    expect(texts.html.match(/<circle/g)).toHaveLength(3);
  });
});
