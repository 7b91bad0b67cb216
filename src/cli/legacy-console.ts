/** Symbols of ours → the nearest that every console font has; one column each, so that nothing moves. */
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
SPINNER_FRAMES.forEach((frame, place) => {
  PLAINER[frame] = '|/-\\'[place % 4] ?? '|';
});
const SYMBOLS = new RegExp(`[${Object.keys(PLAINER).join('')}]`, 'gu');

/** `text` for a console whose font or code page knows few symbols. */
export function plainerSymbols(text: string): string {
  return text.replace(SYMBOLS, (symbol) => PLAINER[symbol] ?? symbol);
}

/** Whether a terminal shows Unicode symbols: all but the Linux console and the old console of Windows do. */
export function showsSymbols(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform !== 'win32') return env.TERM !== 'linux';
  return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuANSI || env.TERMINUS_SUBLIME || env.TERM);
}

/** `stream` as a terminal that gets the plainer symbols; everything else of it is its own. */
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
