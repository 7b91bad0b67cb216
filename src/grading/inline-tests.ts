/** A file of the agent with its inline tests as the task has them. */
export interface Restored {
  content: Buffer;
  /** Lines of the task's tests were changed, silenced or are gone; tests that were only added to are no reason to complain. */
  tampered: boolean;
}

/**
 * Puts the pristine test region (from the line that equals `from` to the end) back into a file of the agent. What the
 * agent wrote around it stays, ahead of it: text that tries to comment the region out, or to put another in its place,
 * then meets it again at the end.
 */
export function restoreInlineTests(agent: Buffer, pristine: Buffer, from: string): Restored {
  // latin1 keeps every byte, whatever the encoding is.
  const marker = Buffer.from(from).toString('latin1').trim();
  const [agentText, pristineText] = [agent.toString('latin1'), pristine.toString('latin1')];
  const start = regionStart(pristineText, marker);
  if (start === -1) return { content: agent, tampered: false };
  const region = pristineText.slice(start).trimEnd();
  if (agentText.trimEnd().endsWith(`\n${region}`)) return { content: agent, tampered: false };

  const verbatim = `\n${agentText}\n`.indexOf(`\n${region}\n`);
  if (verbatim !== -1) {
    const [ahead, behind] = [agentText.slice(0, verbatim), agentText.slice(verbatim + region.length)];
    return { content: joined(`${ahead.trimEnd()}\n\n${behind.trim()}`, region), tampered: false };
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

/** Offset of the first line that equals the marker, indentation apart; -1 when there is none. */
function regionStart(text: string, marker: string): number {
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === marker) return offset;
    offset += line.length + 1;
  }
  return -1;
}

/** Attributes after which a test does not run, or need not pass. */
const SILENCES = /^#\[(?:ignore|should_panic|cfg\(any\(\)\))/;

/** Whether all lines of the region are there, in order, and no attribute ahead of one of them that silences it. */
function keepsEveryTest(text: string, region: string): boolean {
  const wanted = linesOf(region);
  let found = 0;
  let silenced = false;
  for (const line of linesOf(text)) {
    if (line === wanted[found]) {
      if (silenced) return false;
      found++;
    } else if (SILENCES.test(line)) silenced = true;
    // It was said of a test that the agent added.
    else if (/\bfn\b/.test(line)) silenced = false;
  }
  return found === wanted.length;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
