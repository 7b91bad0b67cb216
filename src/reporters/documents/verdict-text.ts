import type { RunRecord, Verdict } from '../../model/record.js';
import type { Tone } from '../text/palette.js';

interface VerdictLabel {
  word: 'PASSED' | 'FAILED' | 'NOT SCORED';
  tone: Tone;
}

export const VERDICTS: Record<Verdict, VerdictLabel> = {
  passed: { word: 'PASSED', tone: 'good' },
  failed: { word: 'FAILED', tone: 'bad' },
  unscored: { word: 'NOT SCORED', tone: 'warn' },
};

/** Accompanies every score of a demo. */
export const DEMO_NOTICE = 'a scripted model played: this says nothing about any model';

/** Accompanies the banners of a failed run. */
export const HONEST_ZERO =
  "All scores are reported as recorded. A failed run's zero is an honest measurement.";

/** How a run ended, in words. */
export interface VerdictText extends VerdictLabel {
  /** What happened, what to do about it, and the banners. */
  sentences: readonly string[];
}

export function verdictText(record: RunRecord): VerdictText {
  const { verdict, explanation, advice, banners } = record;
  const sentences = [explanation, advice, ...banners].filter((sentence) => sentence !== null).map(asSentence);
  if (verdict === 'failed' && banners.length > 0) sentences.push(HONEST_ZERO);
  return { ...VERDICTS[verdict], sentences };
}

export const asSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** `opencode × openai/gpt-oss-120b` */
export function cellTitle({ tui, model }: Pick<RunRecord, 'tui' | 'model'>): string {
  return `${tui} × ${model}`;
}

/** The composite in percent, as the badge shows it: `96%`; null when there is none. */
export function compositePercent({ scores }: RunRecord): string | null {
  const { composite } = scores.composite;
  return composite === null ? null : `${Math.round(composite * 100)}%`;
}
