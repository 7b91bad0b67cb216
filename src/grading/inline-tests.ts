/** The agent's version of a file with the pristine inline tests. */
export interface Restored {
  content: Buffer;
  /** Whether the agent changed, disabled or removed lines of the task's tests. Added tests are not tampering. */
  tampered: boolean;
}

/**
 * Restores the pristine test region (from the line that equals `from` to the end) in a file of the agent. The agent's
 * other text stays, before the region. Text that comments the region out, or replaces it, has no effect then, because
 * the region follows at the end.
 */
export function restoreInlineTests(agent: Buffer, pristine: Buffer, from: string): Restored {
  // latin1 keeps every byte of any encoding.
  const marker = Buffer.from(from).toString('latin1').trim();
  const [agentText, pristineText] = [agent.toString('latin1'), pristine.toString('latin1')];
  const start = regionStart(pristineText, marker);
  if (start === -1) return { content: agent, tampered: false };
  const region = pristineText.slice(start).trimEnd();
  if (agentText.trimEnd().endsWith(`\n${region}`)) return { content: agent, tampered: false };

  const verbatim = `\n${agentText}\n`.indexOf(`\n${region}\n`);
  if (verbatim !== -1) {
    const [textBefore, textAfter] = [agentText.slice(0, verbatim), agentText.slice(verbatim + region.length)];
    return { content: joined(`${textBefore.trimEnd()}\n\n${textAfter.trim()}`, region), tampered: false };
  }
  const agentStart = regionStart(agentText, marker);
  const cut = agentStart === -1 ? agentText.length : agentStart;
  return {
    content: joined(agentText.slice(0, cut), region),
    tampered: !keepsEveryTest(agentText.slice(cut), region),
  };
}

function joined(own: string, region: string): Buffer {
  return Buffer.from(`${own.trimEnd()}\n\n${region}\n`, 'latin1');
}

/** Offset of the first line that equals the marker, indentation ignored; -1 when there is none. */
function regionStart(text: string, marker: string): number {
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === marker) return offset;
    offset += line.length + 1;
  }
  return -1;
}

/** Attributes that disable a test, or turn its failure into a pass. */
const DISABLES = /^#\[(?:ignore|should_panic|cfg\(any\(\)\))/;

/** Whether the text has all lines of the region in order, and no attribute that disables one of its tests. */
function keepsEveryTest(text: string, region: string): boolean {
  const wanted = linesOf(region);
  let matched = 0;
  let disabled = false;
  for (const line of linesOf(text)) {
    if (line === wanted[matched]) {
      if (disabled) return false;
      matched++;
    } else if (DISABLES.test(line)) disabled = true;
    // The attribute belongs to a test that the agent added.
    else if (/\bfn\b/.test(line)) disabled = false;
  }
  return matched === wanted.length;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
