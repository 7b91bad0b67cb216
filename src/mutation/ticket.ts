/** What a ticket says about a bug: the symptoms, never the cause. */
export interface FailureReport {
  /** The test command; null: AGENTS.md names it. */
  command: string | null;
  /** Names of the failing tests. */
  failing: readonly string[];
  /** Their output; may be empty. */
  failureText: string;
}

const MAX_NAMED = 12;
const MAX_TITLE = 72;

/** One line for the task's title. */
export function ticketTitle({ failing }: FailureReport): string {
  const [first = ''] = failing;
  const name = first.length > MAX_TITLE ? `${first.slice(0, MAX_TITLE)}…` : first;
  return failing.length === 1 ? `${name} fails` : `${failing.length} tests fail, ${name} among them`;
}

/** The text of `instruction.md`. */
export function writeTicket(report: FailureReport): string {
  const { command, failing, failureText } = report;
  const named = failing.slice(0, MAX_NAMED).map((name) => `- ${name}`);
  const more = failing.length - named.length;
  const oneLine = command?.trim().replace(/\s*\n\s*/g, '; ');
  const opening =
    oneLine === undefined
      ? 'The tests were green, and now they are red. They have not changed.'
      : `\`${oneLine}\` was green, and now it is red. The tests have not changed.`;
  return `# ${failing.length === 1 ? 'A test fails' : `${failing.length} tests fail`} since the last change

${opening} These fail:

${named.join('\n')}
${more > 0 ? `\nand ${more} more.\n` : ''}${failureText === '' ? '' : `\nWhat they print:\n\n${fenced(failureText)}\n`}
The tests are right, and all others still pass. Please find the cause in the source and fix it, with no larger a change
than it takes. Leave the tests, their set-up and the dependencies as they are, and add no comments.
`;
}

/** The text in a code fence that is longer than any run of backticks in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
