/** The text of a system error as `no space left on device (ENOSPC)`: Node's message without system call and path. */
export function systemErrorText(error: unknown): string {
  const [, code, text] = /^(\w+): (.*?)(?:, |$)/.exec(error instanceof Error ? error.message : '') ?? [];
  return text === undefined ? String(error) : `${text} (${code})`;
}
