import './page.css';
import { create } from 'asciinema-player';
import { startReplay } from './replay.js';
import { makeSortable } from './sort.js';

/** Input that `cell-html.ts` writes into the page. */
interface RunData {
  replay: import('../replay-data.js').ReplayData | null;
  cast: string | null;
}

const json = document.getElementById('run-data')?.textContent;
const data: RunData = json ? JSON.parse(json) : { replay: null, cast: null };

for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) makeSortable(table);
for (const figure of document.querySelectorAll<HTMLElement>('figure.code')) makeCopyable(figure);
const replay = document.querySelector<HTMLElement>('.replay');
if (replay && data.replay) startReplay(replay, data.replay);
const terminal = document.getElementById('terminal');
if (terminal && data.cast !== null) playTerminal(terminal, data.cast);

/** Enables the copy button of a code block. Where the clipboard is not accessible, it selects the text instead. */
function makeCopyable(figure: HTMLElement): void {
  const [button, code] = [figure.querySelector<HTMLButtonElement>('.copy'), figure.querySelector('code')];
  if (!button || !code) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const copied = await copy(code);
    button.textContent = copied ? 'Copied' : 'Selected';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1_500);
  });
}

async function copy(code: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    return true;
  } catch {
    getSelection()?.selectAllChildren(code);
    return false;
  }
}

/** Adds the terminal player; the recording is already in memory. */
function playTerminal(parent: HTMLElement, cast: string): void {
  create({ data: cast }, parent, {
    fit: 'width',
    idleTimeLimit: 2,
    // Show the last frame, the result, until the user plays it.
    poster: 'npt:99:59:59',
    theme: 'asciinema',
    terminalFontFamily: 'ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  });
}
