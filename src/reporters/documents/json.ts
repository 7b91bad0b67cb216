/** DEL, C1, bidi and other invisible controls: legal in a JSON string, but a terminal obeys them. */
const RAW_CONTROL = /[\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g;

/** The result as one JSON object and a line feed. Controls are escaped, so that nothing is lost. */
export function toJson(result: object): string {
  return `${escapeControls(JSON.stringify(result, null, 2))}\n`;
}

/** Escapes the raw controls in JSON text; its value stays the same. */
export function escapeControls(json: string): string {
  return json.replace(RAW_CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
