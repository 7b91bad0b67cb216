import type { RunRecord } from '../../model/record.js';
import { safeLine } from '../text/sanitize.js';
import { scoreRows } from './score-rows.js';
import { cellTitle, verdictText } from './verdict-text.js';

/** The result as a workflow command that makes a GitHub Actions annotation: an error unless the run passed. */
export function githubAnnotation(record: RunRecord): string {
  const { word, sentences } = verdictText(record);
  const title = `${record.demo ? 'DEMO ' : ''}${word}: ${cellTitle(record)} · ${record.task_id}`;
  const numbers = scoreRows(record)
    .filter(({ label }) => ['Pass', 'Composite', 'Measured'].includes(label))
    .map(({ label, value }) => `${label} ${value}`);
  const message = [...sentences, `${numbers.join(', ')} (${record.notice})`].join(' ');
  const level = { passed: 'notice', failed: 'error', unscored: 'error' }[record.verdict];
  return `::${level} title=${property(safeLine(title))}::${data(safeLine(message, 2_000))}\n`;
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
