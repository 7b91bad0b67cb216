import type { RunRecord } from '../../model/record.js';
import { palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { labelledLines, renderTable } from '../text/table.js';
import { indented } from '../text/wrap.js';
import { NOT_MEASURED } from './format.js';

/** An agent and its installation on this machine. Published by `agents --json`. */
export interface AgentRow {
  agent: string;
  homepage: string;
  /** The installed version, or else the one that would be installed. */
  version: string;
  /** Newest first. */
  pinned: string[];
  /** Null when the agent is not installed. */
  installed: string | null;
  path: string | null;
  /** How to install it; null when it is installed, or cannot be installed here. */
  acquire: { from: string; package: string } | null;
  /** Why it is not the newest pinned version, or cannot be installed. */
  note: string | null;
  install_yourself: string;
  wire: 'chat' | 'responses';
  slash_in_model_id: boolean;
  /** Project files that are hidden while the agent runs. */
  kept_away: string[];
  litter: string[];
  plugins: string[];
  published_image: RunRecord['published_image'];
  /** Null: written from its documentation, never tried. */
  tried: { versions: string[]; on: string } | null;
  quirks: Array<{ what: string; link: string | null }>;
}

export interface AgentReportStyle {
  /** Columns of the terminal; the report takes at most 100. */
  width: number;
  colour: boolean;
}

const MAX_WIDTH = 100;
const TABLE_COLUMNS = ['agent', 'installed', 'pinned', 'wire', 'tried', 'from'] as const;

/** A row per agent with the columns that fit, and the notes of the agents below. */
export function agentTable(
  rows: readonly AgentRow[],
  undrivable: ReadonlyArray<{ id: string }>,
  { width: terminalWidth, colour }: AgentReportStyle,
): string[] {
  const paint = palette(colour);
  const width = Math.min(terminalWidth, MAX_WIDTH);
  const table = renderTable(
    TABLE_COLUMNS.map((title) => ({ title, kind: 'text' })),
    rows.map((row) => [
      safeLine(row.agent, 40),
      safeLine(row.installed ?? NOT_MEASURED, 40),
      safeLine(row.pinned[0] ?? NOT_MEASURED, 40),
      row.wire,
      row.tried === null ? 'not yet' : safeLine(row.tried.versions.join(', ')),
      row.installed !== null
        ? 'installed'
        : row.acquire === null
          ? 'not available here'
          : row.acquire.from.replace(/^the /, ''),
    ]),
    { paint, width: width - 1, gap: 3, overflow: 'drop' },
  );
  const notes = rows.flatMap(({ agent, note }) => (note === null ? [] : [`${agent}: ${note}`]));
  const noteLines = (text: string) => indented(' ', safeLine(text, 1_000), width, paint.dim);
  const names = undrivable.map(({ id }) => id).join(', ');
  return [
    '',
    ...table.map((line) => ` ${line}`),
    '',
    ...notes.flatMap(noteLines),
    ...noteLines(`${names}: cannot be driven; \`agents show NAME\` says why.`),
  ];
}

/** All facts about one agent, and the heading of the script that the caller prints below. */
export function agentPage(row: AgentRow, { width: terminalWidth, colour }: AgentReportStyle): string[] {
  const paint = palette(colour);
  const width = Math.min(terminalWidth, MAX_WIDTH);
  const image = row.published_image;
  const factStyle = { columns: 12, width: Math.max(36, width), paint };
  const factLines = (label: string, text: string) => labelledLines(label, safeLine(text, 1_000), factStyle);
  const facts: Array<[string, string]> = [
    ['here', installText(row)],
    [
      'speaks',
      row.wire === 'chat'
        ? 'chat completions'
        : 'only the Responses API; `check` translates for an endpoint that has only chat',
    ],
    ['plugins', row.plugins.join(', ') || 'none that this program can load'],
    ['hidden files', row.kept_away.join(', ') || 'none'],
    ['litter', row.litter.join(', ') || 'none in the workspace'],
    [
      'tried',
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
    ...facts.flatMap(([label, text]) => factLines(label, text)),
    ...row.quirks.flatMap(({ what }, i) => factLines(i === 0 ? 'quirks' : '', what)),
    '',
    ...indented(
      ' ',
      'To use it as `check` does, with an endpoint of your own: fill in the first lines and paste this script.',
      width,
    ),
  ];
}

function installText({ installed, path, acquire, note }: AgentRow): string {
  const aside = note === null ? '' : ` (${note})`;
  if (installed !== null) return `${installed} at ${path}${aside}`;
  if (acquire !== null) return `not installed yet: ${acquire.package} from ${acquire.from}${aside}`;
  return note ?? 'not available here';
}
