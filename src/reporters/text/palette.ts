import { styleText } from 'node:util';

export type Paint = (text: string) => string;

/** The text styles that all reporters share, named for what they mean. */
export interface Palette {
  /** What is happening now. */
  accent: Paint;
  good: Paint;
  bad: Paint;
  warn: Paint;
  dim: Paint;
  strong: Paint;
  /** A verdict as a label with inverted colours. */
  badge: (tone: Tone, text: string) => string;
}

export type Tone = 'good' | 'bad' | 'warn';

const toneColour = { good: 'green', bad: 'red', warn: 'yellow' } as const;

type Format = Parameters<typeof styleText>[0];

// The caller has decided about colour, so styleText must not check the stream again.
const styled =
  (format: Format): Paint =>
  (text) =>
    styleText(format, text, { validateStream: false });

const coloured: Palette = {
  accent: styled('cyan'),
  good: styled('green'),
  bad: styled('red'),
  warn: styled('yellow'),
  dim: styled('dim'),
  strong: styled('bold'),
  badge: (tone, text) => styled(['bold', 'inverse', toneColour[tone]])(` ${text} `),
};

/** Leaves the text unstyled. */
export const asIs: Paint = (text) => text;
const plain: Palette = {
  accent: asIs,
  good: asIs,
  bad: asIs,
  warn: asIs,
  dim: asIs,
  strong: asIs,
  badge: (_tone, text) => ` ${text} `,
};

/** The styles, which change nothing without `colour`. */
export const palette = (colour: boolean): Palette => (colour ? coloured : plain);

/** What the environment and the stream say about colour. */
export interface ColourHints {
  /** Value of NO_COLOR; `--no-color` counts as a value. */
  noColor: string | undefined;
  /** Value of FORCE_COLOR. */
  forceColor: string | undefined;
  isTTY: boolean;
  /** Value of TERM. */
  term: string | undefined;
}

/** Whether to colour. FORCE_COLOR wins (`0` and `false` mean no), then NO_COLOR, then the stream and TERM. */
export function wantsColour({ noColor, forceColor, isTTY, term }: ColourHints): boolean {
  if (forceColor !== undefined) return forceColor !== '0' && forceColor !== 'false';
  if (noColor !== undefined && noColor !== '') return false;
  return isTTY && term !== 'dumb';
}
