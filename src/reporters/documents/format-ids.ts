/** Ids of the formats. They are apart from `formats.ts`, so that parsing the command line loads no renderer. */
export const FORMAT_IDS = ['json', 'markdown', 'html', 'svg', 'junit', 'asciicast', 'atif'] as const;
export type FormatId = (typeof FORMAT_IDS)[number];

/** File extension of each format. */
export const FORMAT_EXTENSIONS: Record<FormatId, string> = {
  json: 'json',
  markdown: 'md',
  html: 'html',
  svg: 'svg',
  junit: 'xml',
  asciicast: 'cast',
  atif: 'json',
};
