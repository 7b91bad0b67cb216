import './page.css';
import { makeCopyable } from './copy.js';
import { startReplay } from './replay.js';
import { makeSortable } from './sort.js';
import { playTerminal } from './terminal.js';

/** What the page was given to play; see `cell-html.ts`. */
interface RunData {
  replay: import('../replay-data.js').ReplayData | null;
  cast: string | null;
}

const given = document.getElementById('run-data')?.textContent;
const data: RunData = given ? JSON.parse(given) : { replay: null, cast: null };

for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) makeSortable(table);
for (const figure of document.querySelectorAll<HTMLElement>('figure.code')) makeCopyable(figure);
const replay = document.querySelector<HTMLElement>('.replay');
if (replay && data.replay) startReplay(replay, data.replay);
const terminal = document.getElementById('terminal');
if (terminal && data.cast !== null) playTerminal(terminal, data.cast);
