import type { ReactElement } from 'react';

/** The part that stays below the scrollback, for a window of that size. */
export type Frame = (size: { columns: number; rows: number }) => ReactElement;
