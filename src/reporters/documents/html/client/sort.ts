/** Makes the column titles sort the rows; a second click reverses the order. */
export function makeSortable(table: HTMLTableElement): void {
  const headers = [...table.querySelectorAll('th')];
  headers.forEach((header, column) => {
    header.querySelector('button')?.addEventListener('click', () => {
      const down = header.getAttribute('aria-sort') === 'ascending';
      for (const other of headers) other.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      sortRows(table, column, down ? -1 : 1);
    });
  });
}

function sortRows(table: HTMLTableElement, column: number, direction: 1 | -1): void {
  const body = table.tBodies[0];
  if (!body) return;
  const keyed = [...body.rows].map((row) => ({ row, key: row.cells[column]?.textContent ?? '' }));
  keyed.sort((a, b) => direction * compare(a.key, b.key));
  body.append(...keyed.map(({ row }) => row));
}

/** Orders numbers by value, before cells without a number; other cells alphabetically. */
function compare(a: string, b: string): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return x - y;
  if (x !== null || y !== null) return x !== null ? -1 : 1;
  return a.localeCompare(b);
}

function numberOf(text: string): number | null {
  const match = /^-?[\d,]+(?:\.\d+)?(?= ?(?:ms|s|%)?$)/.exec(text.trim());
  return match ? Number(match[0].replaceAll(',', '')) : null;
}
