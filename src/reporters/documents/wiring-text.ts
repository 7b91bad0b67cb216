import type { AgentWiring, RunRecord } from '../../model/record.js';

export interface WiringTextOptions {
  /** As in "opencode 1.18.33". */
  agent: string;
  wire: NonNullable<RunRecord['wire']>;
}

/**
 * A POSIX shell script that gives an agent what a run gave it, for an endpoint, key, model and prompt of the user's
 * own: one paste after the first lines are filled in. No trailing line feed.
 */
export function wiringText({ argv, env, files }: AgentWiring, { agent, wire }: WiringTextOptions): string {
  const path = wire === 'chat' ? '/chat/completions' : '/responses';
  const others = othersIn({ argv, env, files });
  const variables = Object.entries(env).map(([name, value]) => assignment(name, value));
  return [
    `# ${agent} with a model of your own; it calls $YOUR_ENDPOINT${path}`,
    'YOUR_ENDPOINT=http://127.0.0.1:8080/v1',
    'YOUR_KEY=none',
    'YOUR_MODEL_ID=my-model',
    'YOUR_PROMPT="$(cat README.md)"',
    ...others.map((name) => `${name}=`),
    '',
    'AGENT_HOME=$(mktemp -d)',
    ...files.flatMap(fileLines),
    '',
    ...variables.flatMap(({ before }) => before),
    'env HOME="$AGENT_HOME" \\',
    ...variables.map(({ word }) => `  ${word} \\`),
    `  ${argv.map(quoted).join(' ')} </dev/null`,
  ].join('\n');
}

const ASKED = ['YOUR_ENDPOINT', 'YOUR_KEY', 'YOUR_MODEL_ID', 'YOUR_PROMPT'];

/** What the user added: values of variables, and where plugins lie. */
function othersIn(wiring: AgentWiring): string[] {
  const names = JSON.stringify(wiring).match(/(?<=\$)YOUR_\w+/g) ?? [];
  return [...new Set(names)].filter((name) => !ASKED.includes(name));
}

/** A structure is written where it can be read, before the command that is given it. */
function assignment(name: string, value: string): { before: string[]; word: string } {
  const pretty = prettyJson(value);
  if (pretty === null) return { before: [], word: `${name}=${quoted(value)}` };
  return { before: [`${name}=$(cat <<EOF`, heredoc(pretty), 'EOF', ')'], word: `${name}="$${name}"` };
}

function fileLines({ path, content }: { path: string; content: string }): string[] {
  const slash = path.lastIndexOf('/');
  const dir = slash < 0 ? [] : [`mkdir -p ${quoted(`$AGENT_HOME/${path.slice(0, slash)}`)}`];
  const target = quoted(`$AGENT_HOME/${path}`);
  const pretty = prettyJson(content);
  // A here-document ends in a line feed, and a bare token must not.
  if (pretty === null && !content.includes('\n')) return [...dir, `printf %s ${quoted(content)} > ${target}`];
  return [...dir, `cat > ${target} <<EOF`, heredoc(pretty ?? content.trimEnd()), 'EOF'];
}

function prettyJson(text: string): string | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

/** Any `$` that does not begin one of our own variables. */
const FOREIGN = /\$(?!(?:YOUR_\w+|AGENT_HOME|PWD)\b|\{YOUR_ENDPOINT%\/v1\})/g;

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!word.includes('$')) return `'${word.replaceAll("'", "'\\''")}'`;
  return `"${heredoc(word).replaceAll('"', '\\"')}"`;
}

/** As lines of a here-document in which our variables are expanded, and nothing else. */
function heredoc(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replace(FOREIGN, '\\$');
}
