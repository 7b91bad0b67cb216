import { create } from 'asciinema-player';

/** Puts the player on the page; it holds the whole recording already. */
export function playTerminal(place: HTMLElement, cast: string): void {
  create({ data: cast }, place, {
    fit: 'width',
    idleTimeLimit: 2,
    // The end is the result: that is what stands there before anyone plays it.
    poster: 'npt:99:59:59',
    theme: 'asciinema',
    terminalFontFamily: 'ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  });
}
