import { parsePatch, type StructuredPatch } from 'diff';
import { codeMarkup } from './blocks.js';
import { html, type Markup } from './markup.js';

/** Maximum lines of all files together. */
const MAX_LINES = 1_500;
const MAX_CHARS = 80_000;

/** The agent's patch with line numbers, one fold per file. A patch that cannot be parsed is shown as plain text. */
export function diffView(patch: string): Markup {
  const shown = patch.slice(0, MAX_CHARS);
  const files = parsed(shown);
  if (files === null) return codeMarkup('patch.diff', shown);
  const budget = { lines: MAX_LINES };
  return html`<div class="diff">${files.map((file) => fileMarkup(file, budget))}${
    budget.lines <= 0 || patch.length > MAX_CHARS
      ? html`<p class="empty">… the rest is in patch.diff.</p>`
      : null
  }</div>`;
}

function parsed(patch: string): StructuredPatch[] | null {
  try {
    return parsePatch(patch);
  } catch {
    // The cut at MAX_CHARS may be inside a hunk: leave out the last file.
    const end = patch.lastIndexOf('\ndiff --git ');
    return end > 0 ? parsed(patch.slice(0, end + 1)) : null;
  }
}

function fileMarkup(file: StructuredPatch, budget: { lines: number }): Markup | null {
  if (budget.lines <= 0) return null;
  const count = (sign: string) =>
    file.hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign)).length;
  const { name, what } = titleOf(file);
  return html`<details open><summary><span class="path">${name}</span> <span class="what">${what}</span>
<span class="plus">+${count('+')}</span> <span class="minus">−${count('-')}</span></summary>
<div class="scroll" tabindex="0" role="region" aria-label="changes of ${name}"><table class="hunks"><tbody>${file.hunks.map((hunk) => hunkMarkup(hunk, budget))}</tbody></table></div>
${file.hunks.length === 0 ? html`<p class="empty">Binary, or too large for a line by line diff.</p>` : null}</details>`;
}

function titleOf({ oldFileName = '', newFileName = '' }: StructuredPatch): { name: string; what: string } {
  const bare = (path: string) => path.replace(/^[ab]\//, '');
  if (oldFileName === '/dev/null') return { name: bare(newFileName), what: 'added' };
  if (newFileName === '/dev/null') return { name: bare(oldFileName), what: 'removed' };
  return { name: bare(newFileName), what: 'modified' };
}

function hunkMarkup(hunk: StructuredPatch['hunks'][number], budget: { lines: number }): Markup[] {
  let [before, after] = [hunk.oldStart, hunk.newStart];
  const rows = [
    html`<tr class="at"><td></td><td></td><td>@@ −${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@</td></tr>`,
  ];
  for (const line of hunk.lines) {
    budget.lines -= 1;
    if (budget.lines <= 0) break;
    const sign = line[0] ?? ' ';
    const [left, right] = [
      sign === '+' || sign === '\\' ? '' : before,
      sign === '-' || sign === '\\' ? '' : after,
    ];
    if (left !== '') before += 1;
    if (right !== '') after += 1;
    const kind = sign === '+' ? 'add' : sign === '-' ? 'del' : 'same';
    rows.push(
      html`<tr class="${kind}"><td class="n">${left}</td><td class="n">${right}</td><td><span class="sign">${sign}</span>${line.slice(1, 2_000)}</td></tr>`,
    );
  }
  return rows;
}
