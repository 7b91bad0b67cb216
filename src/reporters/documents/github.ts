import type { RunRecord } from '../../model/record.js';
import { safeLine } from '../text/sanitize.js';
import { cellTitle, verdictView } from './page/verdict-view.js';
import { scoreRows } from './score-rows.js';

/** The result as a workflow command of GitHub Actions, which becomes an annotation: an error unless the run passed. */
export function githubAnnotation(record: RunRecord): string {
  const { word, sentences } = verdictView(record);
  const title = `${record.demo ? 'DEMO ' : ''}${word}: ${cellTitle(record)} · ${record.task_id}`;
  const numbers = scoreRows(record)
    .filter(({ label }) => ['Pass', 'Composite', 'Measured'].includes(label))
    .map(({ label, value }) => `${label} ${value}`);
  const said = [...sentences, `${numbers.join(', ')} (${record.notice})`].join(' ');
  const level = { passed: 'notice', failed: 'error', unscored: 'error' }[record.verdict];
  return `::${level} title=${property(safeLine(title))}::${data(safeLine(said, 2_000))}\n`;
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
