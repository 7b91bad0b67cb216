import { styleText } from 'node:util';

export type Paint = (text: string) => string;

/** The few inks of every face, named for what they mean. */
export interface Palette {
  /** The one accent: what is happening now. */
  accent: Paint;
  good: Paint;
  bad: Paint;
  warn: Paint;
  dim: Paint;
  strong: Paint;
  /** A verdict's badge. */
  badge: (tone: Tone, text: string) => string;
}

export type Tone = 'good' | 'bad' | 'warn';

const toneColour = { good: 'green', bad: 'red', warn: 'yellow' } as const;

type Format = Parameters<typeof styleText>[0];

// The caller has decided about colour; styleText must not ask the environment again.
const ink =
  (format: Format): Paint =>
  (text) =>
    styleText(format, text, { validateStream: false });

const coloured: Palette = {
  accent: ink('cyan'),
  good: ink('green'),
  bad: ink('red'),
  warn: ink('yellow'),
  dim: ink('dim'),
  strong: ink('bold'),
  badge: (tone, text) => ink(['bold', 'inverse', toneColour[tone]])(` ${text} `),
};

/** No ink. */
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

/** The inks, or their colourless twins. */
export const palette = (colour: boolean): Palette => (colour ? coloured : plain);
