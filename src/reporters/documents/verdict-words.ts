import type { Verdict } from '../../model/record.js';
import type { Tone } from '../text/palette.js';

export const VERDICTS: Record<Verdict, { word: 'PASSED' | 'FAILED' | 'NOT SCORED'; tone: Tone }> = {
  passed: { word: 'PASSED', tone: 'good' },
  failed: { word: 'FAILED', tone: 'bad' },
  unscored: { word: 'NOT SCORED', tone: 'warn' },
};

/** Said beside every number of a demo. */
export const DEMO_NOTICE = 'a scripted model played: this says nothing about any model';

/** Said beside the banners of a failed run. */
export const HONEST_ZERO =
  "All scores are reported as recorded. A failed run's zero is an honest measurement.";

export const asSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
