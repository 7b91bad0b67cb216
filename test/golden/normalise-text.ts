import { type JsonObject, objectAt } from './json.js';
import { meanScore } from './normalise-run.js';
import { type Known, normaliseString } from './normalise-values.js';

const BAR = '[━╸─]{10}';

/**
 * Printed text without times. A composite is masked only where the text shows the very number of one of the `records`:
 * any other number stays, and the recording differs.
 */
export function normaliseText(text: string, known: readonly Known[], records: readonly JsonObject[]): string {
  const demo = records.some((record) => record.demo === true);
  const timed = normaliseString(text, known)
    .replace(/\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|UTC))?/g, 'TIME')
    .replace(/\b\d+\.\d+ ?s\b/g, 'N.Ns')
    .replace(/([\d,]+|–) tok\/s( +[▁-█]+)?/g, 'N tok/s')
    .replace(/, \d+ tokens\/s/g, ', N tokens/s')
    .replace(/ {3}Overhead [\s\S]*?(?=\n\n|\n {3}\S)/g, (row) => ` ${row.replace(/\s+/g, ' ')}`)
    .replace(new RegExp(`( {3}Wall) +N\\.Ns +(${BAR} +)?`, 'g'), '$1 N.Ns  ');
  const scored = ['composite', 'measured'].reduce(
    (out, name) => maskScore(out, name, records),
    maskTable(timed, records),
  );
  return demo ? withoutCharacters(scored) : scored;
}

function maskScore(text: string, name: string, records: readonly JsonObject[]): string {
  const shown = scoresOf(name, records);
  return text.replace(
    new RegExp(`\\b(${name})( +)(\\d\\.\\d{3})( +${BAR})?`, 'gi'),
    (all, row, _, value, bar) => (shown.includes(value) ? `${row} OF THE RECORD${bar ? ' BAR' : ''}` : all),
  );
}

/** The row of a cell in the table of several: composite, measured, wall. */
function maskTable(text: string, records: readonly JsonObject[]): string {
  const [composites, measured] = [scoresOf('composite', records), scoresOf('measured', records)];
  return text.replace(/ +(\d\.\d{3}) +(\d\.\d{3}) +N\.Ns/g, (all, first, second) =>
    composites.includes(first) && measured.includes(second) ? '  OF THE RECORD  OF THE RECORD  N.Ns' : all,
  );
}

/** As they are printed, their mean among them. */
function scoresOf(name: string, records: readonly JsonObject[]): string[] {
  const values = records.map(({ scores }) => objectAt(scores as JsonObject, name).composite);
  return [...values, meanScore(records, name)]
    .filter((value) => typeof value === 'number')
    .map((value) => value.toFixed(3));
}

/** The demo counts characters, and its answers name absolute paths. */
function withoutCharacters(text: string): string {
  return text
    .replace(new RegExp(`(Tokens/correct) +[\\d,]+ +${BAR}`, 'g'), '$1 N BAR')
    .replace(/\b[\d,]+ out\b/g, 'N out')
    .replace(/\bout [\d,]+/g, 'out N');
}
