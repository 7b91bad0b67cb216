import stringWidth from 'string-width';
import type { RunRecord } from '../../model/record.js';
import { type Palette, palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { wrap } from '../text/wrap.js';

/** An agent, and how it stands on this machine. Published by `agents --json`. */
export interface AgentRow {
  agent: string;
  homepage: string;
  /** The installed one, else the one that would be. */
  version: string;
  /** Newest first. */
  pinned: string[];
  /** Null when it is not there. */
  installed: string | null;
  path: string | null;
  /** How it would be had; null when it is there, or cannot be had here. */
  acquire: { from: string; package: string } | null;
  /** Why it is not the newest pin, or not to be had. */
  note: string | null;
  install_yourself: string;
  wire: 'chat' | 'responses';
  slash_in_model_id: boolean;
  /** Project files that are not there while it runs. */
  kept_away: string[];
  drops: string[];
  plugins: string[];
  published_image: RunRecord['published_image'];
  /** Null: written from its documentation, never seen at work. */
  tried: { versions: string[]; on: string } | null;
  quirks: Array<{ what: string; link: string | null }>;
}

export interface AgentReportStyle {
  /** Columns of the terminal; the report takes at most 100. */
  width: number;
  colour: boolean;
}

const MAX_WIDTH = 100;

/** All agents, a line each as far as the terminal is wide enough, with what stands in their way below. */
export function agentTable(
  rows: readonly AgentRow[],
  undrivable: ReadonlyArray<{ id: string }>,
  { width, colour }: AgentReportStyle,
): string[] {
  const paint = palette(colour);
  const columns = Math.min(width, MAX_WIDTH);
  const cells = rows.map((row) => [
    safeLine(row.agent, 40),
    safeLine(row.installed ?? '–', 40),
    safeLine(row.pinned[0] ?? '–', 40),
    row.wire,
    row.tried === null ? 'not yet' : safeLine(row.tried.versions.join(', ')),
    row.installed !== null
      ? 'installed'
      : row.acquire === null
        ? 'not to be had here'
        : row.acquire.from.replace(/^the /, ''),
  ]);
  const lines = aligned(
    [['agent', 'installed', 'pinned', 'wire', 'seen at work', 'from'], ...cells],
    columns - 1,
  );
  const notes = rows.flatMap(({ agent, note }) => (note === null ? [] : [`${agent}: ${note}`]));
  const say = (text: string) => wrap(safeLine(text, 1_000), columns - 1).map((line) => ` ${paint.dim(line)}`);
  return [
    '',
    ...lines.map((line, i) => ` ${i === 0 ? paint.dim(line) : line}`),
    '',
    ...notes.flatMap(say),
    ...say(`${undrivable.map(({ id }) => id).join(', ')}: cannot be driven; \`agents show NAME\` says why.`),
  ];
}

/** One agent: what is known of it, and the heading of its script. */
export function agentPage(row: AgentRow, { width, colour }: AgentReportStyle): string[] {
  const paint = palette(colour);
  const columns = Math.min(width, MAX_WIDTH);
  const image = row.published_image;
  const facts: Array<[string, string]> = [
    ['here', whereabouts(row)],
    [
      'speaks',
      row.wire === 'chat'
        ? 'chat completions'
        : 'the Responses API alone; `check` translates where an endpoint has only chat',
    ],
    ['plugins', row.plugins.join(', ') || 'none that this program can load'],
    ['kept away', row.kept_away.join(', ') || 'nothing'],
    ['leaves', row.drops.join(', ') || 'nothing in the workspace'],
    [
      'seen at work',
      row.tried === null
        ? 'not yet: written from its documentation'
        : `${row.tried.versions.join(', ')} on ${row.tried.on}`,
    ],
    [
      'image',
      image === null ? 'none known' : image.digest === null ? image.name : `${image.name}@${image.digest}`,
    ],
    ['by yourself', row.install_yourself],
  ];
  return [
    '',
    ` ${paint.strong(`${safeLine(row.agent, 40)} ${safeLine(row.version, 40)}`)}   ${paint.dim(safeLine(row.homepage))}`,
    '',
    ...facts.flatMap(([label, text]) => factLines(label, text, columns, paint)),
    ...row.quirks.flatMap(({ what }, i) => factLines(i === 0 ? 'quirks' : '', what, columns, paint)),
    '',
    ...wrap(
      'What `check` gives it, for an endpoint of your own: fill in the first lines and paste.',
      columns - 1,
    ).map((line) => ` ${line}`),
  ];
}

function whereabouts({ installed, path, acquire, note }: AgentRow): string {
  const aside = note === null ? '' : ` (${note})`;
  if (installed !== null) return `${installed} at ${path}${aside}`;
  if (acquire !== null) return `not installed yet: ${acquire.package} from ${acquire.from}${aside}`;
  return note ?? 'not to be had';
}

const LABEL = 13;

function factLines(label: string, text: string, columns: number, paint: Palette): string[] {
  return wrap(safeLine(text, 1_000), Math.max(20, columns - LABEL - 3)).map(
    (line, i) => `   ${paint.dim((i === 0 ? label : '').padEnd(LABEL))}${line}`,
  );
}

/** Lines of equal columns; the last columns go where there is no room for them. */
function aligned(table: readonly string[][], room: number): string[] {
  const count = table[0]?.length ?? 0;
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...table.map((row) => stringWidth(row[column] ?? ''))),
  );
  let shown = 0;
  for (let used = 0; shown < count; shown++) {
    used += (widths[shown] ?? 0) + (shown > 0 ? 3 : 0);
    if (used > room && shown > 1) break;
  }
  return table.map((row) =>
    row
      .slice(0, shown)
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join('   ')
      .trimEnd(),
  );
}
