/** Checks whose answer depends on which Node runs them, or on the kernel's sandboxes; left out of a recording. */
const OF_NODE_OR_KERNEL = [
  'Node.js',
  'npm',
  'TypeScript',
  'Sandbox',
  'qwen-code',
  'pi',
  'polyglot/ts-zero-limit',
];

/** Printed lines without those: each with what hangs below it, deeper than its own mark. */
export function withoutNodeAndKernel(text: string): string {
  const kept: string[] = [];
  let dropping = false;
  for (const line of text.split('\n')) {
    const [, name = ''] = /^ {1,3}(?:\S )?(\S+?):?(?: |$)/.exec(line) ?? [];
    if (OF_NODE_OR_KERNEL.includes(name)) dropping = true;
    else if (!/^ {9,}\S/.test(line)) dropping = false;
    if (!dropping) kept.push(line);
  }
  return kept.join('\n').replace(/with \d+ warnings?/, 'with N warnings');
}
