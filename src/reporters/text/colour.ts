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

/** Whether to colour: FORCE_COLOR decides when set (`0` and `false` mean no), then NO_COLOR, then the stream and TERM. */
export function wantsColour({ noColor, forceColor, isTTY, term }: ColourHints): boolean {
  if (forceColor !== undefined) return forceColor !== '0' && forceColor !== 'false';
  if (noColor !== undefined && noColor !== '') return false;
  return isTTY && term !== 'dumb';
}
