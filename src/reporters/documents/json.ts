/** DEL, C1, bidi and other invisible controls: legal inside a JSON string, but not harmless on a terminal. */
const RAW_CONTROL = /[\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g;

/** The result as one JSON object and a line feed. Nothing is lost: what a terminal would obey is escaped, not cut. */
export function toJson(result: object): string {
  return `${escapeControls(JSON.stringify(result, null, 2))}\n`;
}

/** JSON text with its raw controls as escapes; its meaning stays. */
export function escapeControls(json: string): string {
  return json.replace(RAW_CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
