/** Our symbols → similar ones that every console font has. All are one column wide. */
const PLAINER: Record<string, string> = {
  '✔': '√',
  '✖': '×',
  '●': '*',
  '○': 'o',
  '◆': '*',
  '❯': '>',
  '▶': '>',
  '⏸': '=',
  '⏎': '|',
  '━': '=',
  '╸': '=',
  '─': '-',
  '│': '|',
  '−': '-',
  '…': '.',
  '←': '<',
  '→': '>',
  '↑': '^',
  '↓': 'v',
  '▁': '_',
  '▂': '_',
  '▃': '.',
  '▄': '-',
  '▅': '-',
  '▆': '=',
  '▇': '#',
  '█': '#',
};
const SPINNER_FRAMES = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
SPINNER_FRAMES.forEach((frame, index) => {
  PLAINER[frame] = '|/-\\'[index % 4] ?? '|';
});
const SYMBOLS = new RegExp(`[${Object.keys(PLAINER).join('')}]`, 'gu');

/** Replaces symbols in `text` for a console whose font or code page has few of them. */
export function plainerSymbols(text: string): string {
  return text.replace(SYMBOLS, (symbol) => PLAINER[symbol] ?? symbol);
}

/** Whether a terminal shows Unicode symbols: all except the Linux console and the old Windows console do. */
export function showsSymbols(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform !== 'win32') return env.TERM !== 'linux';
  return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuANSI || env.TERMINUS_SUBLIME || env.TERM);
}

/** Wraps `stream` so that written text gets plainer symbols. Nothing else changes. */
export function withPlainerSymbols(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stream, {
    get(target, name) {
      if (name === 'write')
        return (chunk: string | Uint8Array, ...rest: []) =>
          target.write(typeof chunk === 'string' ? plainerSymbols(chunk) : chunk, ...rest);
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
