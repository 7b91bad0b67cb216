/** The parts between the commas, of which those within the braces of a glob are none. */
export function splitList(text: string): string[] {
  const parts = text.match(/(?:\{[^}]*\}|[^,])+/g) ?? [text];
  return [...new Set(parts.map((part) => part.trim()).filter(Boolean))];
}
