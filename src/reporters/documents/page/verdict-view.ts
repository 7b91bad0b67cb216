import type { RunRecord } from '../../../model/record.js';
import type { Tone } from '../../text/palette.js';
import { asSentence, HONEST_ZERO, VERDICTS } from '../verdict-words.js';

/** How a run ended, in words. */
export interface VerdictView {
  word: 'PASSED' | 'FAILED' | 'NOT SCORED';
  tone: Tone;
  /** What happened, what to do about it, and what has to be said beside the score. */
  sentences: readonly string[];
}

export function verdictView(record: RunRecord): VerdictView {
  const { verdict, explanation, advice, banners } = record;
  const sentences = [explanation, advice, ...banners].filter((sentence) => sentence !== null).map(asSentence);
  if (verdict === 'failed' && banners.length > 0) sentences.push(HONEST_ZERO);
  return { ...VERDICTS[verdict], sentences };
}

/** `opencode × openai/gpt-oss-120b` */
export function cellTitle({ tui, model }: Pick<RunRecord, 'tui' | 'model'>): string {
  return `${tui} × ${model}`;
}

/** The composite as the badge shows it: `96%`; null when there is none. */
export function compositePercent({ scores }: RunRecord): string | null {
  const { composite } = scores.composite;
  return composite === null ? null : `${Math.round(composite * 100)}%`;
}
