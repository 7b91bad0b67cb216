/** `no space left on device (ENOSPC)`, without the system call and path of Node's message. */
export function systemErrorText(error: unknown): string {
  const [, code, what] = /^(\w+): (.*?)(?:, |$)/.exec(error instanceof Error ? error.message : '') ?? [];
  return what === undefined ? String(error) : `${what} (${code})`;
}
