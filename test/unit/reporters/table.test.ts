import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { palette } from '../../../src/reporters/text/palette.js';
import { renderTable, type TableColumn, type TableStyle } from '../../../src/reporters/text/table.js';

const COLUMNS: readonly TableColumn[] = [
  { title: 'task', kind: 'text' },
  { title: 'model', kind: 'text' },
  { title: 'calls', kind: 'number' },
];
const ROWS = [
  ['rust/漢字', 'm', '12'],
  ['go', 'a-long-model', '4,711'],
];
const render = (style: Partial<TableStyle>, columns = COLUMNS, rows = ROWS) =>
  renderTable(columns, rows, { paint: palette(false), width: 80, overflow: 'stack', ...style });

test('aligns columns by display width, numbers to the right', () => {
  expect(render({})).toEqual([
    'task       model         calls',
    'rust/漢字  m                12',
    'go         a-long-model  4,711',
  ]);
});

test('aligns coloured cells like plain ones', () => {
  const paint = palette(true);
  const rows = ROWS.map(([task = '', ...rest]) => [paint.good(task), ...rest]);
  const widths = (lines: readonly string[]) => lines.map((line) => stringWidth(line));
  expect(widths(render({ paint }, COLUMNS, rows))).toEqual(widths(render({})));
});

describe('columns that do not fit', () => {
  test('are stacked below the texts of their row', () => {
    expect(render({ width: 24 })).toEqual([
      'task · model · calls',
      'rust/漢字  m',
      '    calls 12',
      'go  a-long-model',
      '    calls 4,711',
    ]);
  });

  test('are left out from the right, except for the first two', () => {
    expect(render({ width: 24, overflow: 'drop' })).toEqual([
      'task       model',
      'rust/漢字  m',
      'go         a-long-model',
    ]);
    expect(render({ width: 5, overflow: 'drop' })[0]).toBe('task       model');
  });
});

test('a long column is wrapped below its row', () => {
  const columns: TableColumn[] = [
    { title: 'axis', kind: 'text' },
    { title: 'values', kind: 'long' },
  ];
  expect(render({ width: 20 }, columns, [['pass', '{"a":1,"b":"two words"}']])).toEqual([
    'axis  values',
    'pass',
    '    {"a":1, "b":"two',
    '    words"}',
  ]);
});

test('a rest column takes the remaining width, or is left out', () => {
  const columns: TableColumn[] = [
    { title: 'id', kind: 'text' },
    { title: 'title', kind: 'rest' },
  ];
  const rows = [['a', 'the quick brown fox jumps']];
  expect(render({ width: 26 }, columns, rows)).toEqual(['id  title', 'a   the quick brown fox j…']);
  expect(render({ width: 20 }, columns, rows)).toEqual(['id', 'a']);
});
