/** Formats of a run by name, apart from what makes them: the command line is read before any of that is loaded. */
export const FORMAT_IDS = ['json', 'markdown', 'html', 'svg', 'junit', 'asciicast', 'atif'] as const;
export type FormatId = (typeof FORMAT_IDS)[number];

/** How the names of their files end. */
export const FORMAT_ENDINGS: Record<FormatId, string> = {
  json: 'json',
  markdown: 'md',
  html: 'html',
  svg: 'svg',
  junit: 'xml',
  asciicast: 'cast',
  atif: 'json',
};
