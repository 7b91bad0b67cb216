import type { AgentWiring, RunRecord } from '../../model/record.js';

export interface WiringTextOptions {
  /** As in "opencode 1.18.33". */
  agent: string;
  wire: NonNullable<RunRecord['wire']>;
}

/**
 * A POSIX shell script that starts an agent as a run did, with the user's own endpoint, key, model and prompt, which are
 * variables in its first lines. No trailing line feed.
 */
export function wiringText({ argv, env, files }: AgentWiring, { agent, wire }: WiringTextOptions): string {
  const path = wire === 'chat' ? '/chat/completions' : '/responses';
  const others = otherVariables({ argv, env, files });
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

const FIXED_VARIABLES = ['YOUR_ENDPOINT', 'YOUR_KEY', 'YOUR_MODEL_ID', 'YOUR_PROMPT'];

/** Variables for what the user added: environment values and plugin paths. */
function otherVariables(wiring: AgentWiring): string[] {
  const names = JSON.stringify(wiring).match(/(?<=\$)YOUR_\w+/g) ?? [];
  return [...new Set(names)].filter((name) => !FIXED_VARIABLES.includes(name));
}

/** JSON goes into a readable here-document before the command; other values are written in the command itself. */
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
  // A here-document would add a line feed, which a bare token must not have.
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

/** Any `$` that does not start one of the variables of the script. */
const FOREIGN = /\$(?!(?:YOUR_\w+|AGENT_HOME|PWD)\b|\{YOUR_ENDPOINT%\/v1\})/g;

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!word.includes('$')) return `'${word.replaceAll("'", "'\\''")}'`;
  return `"${heredoc(word).replaceAll('"', '\\"')}"`;
}

/** Escapes text for a here-document, so that the shell expands only the variables of the script. */
function heredoc(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replace(FOREIGN, '\\$');
}
