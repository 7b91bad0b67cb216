/** Formats of a run by name, apart from what makes them: the command line is read before any of that is loaded. */
export const FORMAT_IDS = ['json', 'markdown', 'html', 'svg', 'junit', 'asciicast', 'atif'] as const;
export type FormatId = (typeof FORMAT_IDS)[number];
