import { fakeAgent } from '../e2e/fake-agent.js';

/** How the agent behaves besides its loop, as data. */
export interface AgentBehaviour {
  /** Asks for a title first, without tools. */
  asksForTitle?: boolean;
  /** Never makes a request that offers tools. */
  offersNoTools?: boolean;
  /** Never asks for anything. */
  asksNothing?: boolean;
  /** How often it repeats a request that failed before it gives up. @default 0 */
  retries?: number;
  /** How long it waits before it repeats one. @default 20 */
  waitMs?: number;
  /** Ends after a tool call was answered, without executing it. */
  dropsCall?: boolean;
  /** How it ends. @default 'exits 0' when the loop ended well, 'exits 1' when a request failed for good */
  ends?: 'exits 0' | 'exits 1' | 'dies by SIGKILL' | 'sleeps';
}

/** The loop of every coding agent, with a `write` and a `read` tool; what it does is told as opencode tells it. */
const LOOP = `
const path = require('node:path');
const tool = (name, properties) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties, required: Object.keys(properties) } },
});
const text = { type: 'string' };
const TOOLS = [tool('read', { filePath: text }), tool('write', { filePath: text, content: text })];
const model = Object.keys(provider.models)[0];
const messages = [{ role: 'user', content: process.argv.at(-1) }];
const parse = (json, what) => {
  try {
    return JSON.parse(json);
  } catch {
    // Node's own words differ from version to version.
    throw new Error(what + ' holds broken JSON');
  }
};
const tell = (part) => console.log(JSON.stringify({ type: 'tool_use', part }));

async function request(tools) {
  const answer = await fetch(provider.options.baseURL + '/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, stream: true, stream_options: { include_usage: true }, ...(tools && { tools }) }),
  });
  const body = await answer.text();
  if (!answer.ok) throw new Error('status ' + answer.status);
  const reply = { content: '', call: null };
  const lines = body.split('\\n').filter((line) => line.startsWith('data: {'));
  if (lines.length === 0) throw new Error('no stream');
  for (const line of lines) {
    const chunk = parse(line.slice(6), 'the stream');
    if (chunk.error) throw new Error('error in the stream');
    const delta = chunk.choices[0]?.delta ?? {};
    reply.content += delta.content ?? '';
    for (const { id, function: part } of delta.tool_calls ?? []) {
      reply.call ??= { id, name: '', args: '' };
      reply.call.name += part.name ?? '';
      reply.call.args += part.arguments ?? '';
    }
  }
  return reply;
}

async function ask(tools) {
  for (let left = behaviour.retries ?? 0; ; left--) {
    try {
      return await request(tools);
    } catch (error) {
      if (left === 0) throw error;
      await sleep(behaviour.waitMs ?? 20);
    }
  }
}

/** The workspace's own path never goes into a request: requests are the same wherever the run lies. */
function execute({ name, args }) {
  const { filePath, content } = parse(args, 'the call');
  const file = path.resolve(filePath);
  const input = { filePath: path.relative(process.cwd(), file), content };
  if (name === 'write') {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  const output = name === 'read' ? fs.readFileSync(file, 'utf8') : 'written';
  tell({ tool: name, state: { status: 'completed', input, output } });
  return { args: JSON.stringify(input), output };
}

async function loop() {
  if (behaviour.asksNothing) return;
  if (behaviour.asksForTitle) await ask();
  for (let turn = 0; turn < 50; turn++) {
    const { content, call } = await ask(behaviour.offersNoTools ? undefined : TOOLS);
    if (content) say(content);
    if (!call || behaviour.dropsCall) return;
    const done = execute(call);
    messages.push(
      { role: 'assistant', content, tool_calls: [{ id: call.id, type: 'function', function: { name: call.name, arguments: done.args } }] },
      { role: 'tool', tool_call_id: call.id, content: done.output },
    );
  }
}

let ends = behaviour.ends ?? 'exits 0';
try {
  await loop();
} catch (error) {
  console.error('agent: ' + error.message.split('\\n')[0].slice(0, 60));
  ends = behaviour.ends ?? 'exits 1';
}
if (ends === 'sleeps') await new Promise(() => setInterval(() => {}, 1000));
if (ends === 'dies by SIGKILL') process.kill(process.pid, 'SIGKILL');
process.exitCode = ends === 'exits 1' ? 1 : 0;
`;

/** Writes an agent for `--agent-bin`, in opencode's place, that loops as agents do; returns its path. */
export function loopAgent(dir: string, behaviour: AgentBehaviour = {}): string {
  return fakeAgent(dir, `const behaviour = ${JSON.stringify(behaviour)};\n${LOOP}`);
}
