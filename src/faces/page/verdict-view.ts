import type { RunRecord } from '../../cell/record.js';
import type { Tone } from '../palette.js';

/** How a run ended, in words. */
export interface VerdictView {
  word: 'PASSED' | 'FAILED' | 'NOT SCORED';
  tone: Tone;
  /** What happened, what to do about it, and what has to be said beside the score. */
  sentences: readonly string[];
}

const HONEST_ZERO = "All scores are reported as recorded. A failed run's zero is an honest measurement.";

export function verdictView(record: RunRecord): VerdictView {
  const { verdict, explanation, advice, banners } = record;
  const sentences = [explanation, advice, ...banners].filter((sentence) => sentence !== null).map(asSentence);
  if (verdict === 'failed' && banners.length > 0) sentences.push(HONEST_ZERO);
  if (verdict === 'unscored') return { word: 'NOT SCORED', tone: 'warn', sentences };
  return verdict === 'passed'
    ? { word: 'PASSED', tone: 'good', sentences }
    : { word: 'FAILED', tone: 'bad', sentences };
}

const asSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** `opencode × openai/gpt-oss-120b` */
export function cellTitle({ tui, model }: Pick<RunRecord, 'tui' | 'model'>): string {
  return `${tui} × ${model}`;
}

/** The composite as the badge shows it: `96%`; null when there is none. */
export function compositePercent({ scores }: RunRecord): string | null {
  const { composite } = scores.composite;
  return composite === null ? null : `${Math.round(composite * 100)}%`;
}
