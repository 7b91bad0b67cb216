import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pagerRepository } from '../unit/mutation/pager.js';
import { DONE, type Scenario, WRITE } from './scenario.js';

const HELLO_FILE = join(import.meta.dirname, '../harbor/tasks/hello-file');
const ON_PAGER = ['--repo', 'DIR/pager', '--test', 'npm test', '--seed', '4'];
const THREE_TASKS = ['--task', 'mutations/js-{inverted,lost}-*,mutations/js-off-by-one'];

/** An adapter file as a user writes it, for a command on PATH. */
const adapter = (id: string) => `export default {
  id: '${id}',
  homepage: 'https://example.com/${id}',
  command: '${id}',
  pins: [{ kind: 'path', version: '1.0.0', command: '${id}', howToInstall: 'Put it on PATH.', runsOn: { kind: 'native' } }],
  wire: 'chat',
  argv: ({ model, prompt }) => [model, prompt],
  files: ({ baseUrl, token }) => [{ path: '.agent.json', content: JSON.stringify({ url: baseUrl, key: token }) }],
};
`;

/** Asks once, offering a tool, and then does its \`work\` whatever the answer was. */
const command = (work: string) => `#!${process.execPath}
const fs = require('node:fs');
if (process.argv[2] === '--version') { console.log('1.0.0'); process.exit(0); }
const { url, key } = JSON.parse(fs.readFileSync(process.env.HOME + '/.agent.json', 'utf8'));
const [model, content] = process.argv.slice(2);
const tools = [{ type: 'function', function: { name: 'write', parameters: { type: 'object', properties: {} } } }];
fetch(url + '/chat/completions', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + key, 'content-type': 'application/json' },
  body: JSON.stringify({ model, messages: [{ role: 'user', content }], tools, stream: true }),
}).then((answer) => answer.text()).then(() => { ${work} });
`;

function twoAgents(dir: string): void {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  const agents = {
    writer: "fs.writeFileSync('src/a.txt', 'mended\\n');",
    talker: "console.log('I would mend it.');",
  };
  for (const [id, work] of Object.entries(agents)) {
    writeFileSync(join(dir, `${id}.mjs`), adapter(id));
    writeFileSync(join(bin, id), command(work));
    chmodSync(join(bin, id), 0o755);
  }
}

const TWO_AGENTS = ['--tui', 'DIR/writer.mjs,DIR/talker.mjs'];
const withBin = { PATH: `DIR/bin:${process.env.PATH}` };

/** Demos, several cells, a repository of one's own, and a task of Harbor's. */
export const RUN_SCENARIOS: readonly Scenario[] = [
  ...['oracle', 'no-op', 'cheat', 'refuse'].map((script) => ({
    name: `demo-${script}`,
    script: null,
    argv: [`--demo=${script}`, '--task', 'mutations/js-inverted-guard'],
  })),
  { name: 'sweep-of-tasks', script: null, argv: ['--demo', ...THREE_TASKS] },
  { name: 'sweep-at-once', script: null, argv: ['--demo', ...THREE_TASKS, '--jobs', '2'], overlaps: true },
  { name: 'sweep-of-agents', script: { main: [DONE] }, argv: TWO_AGENTS, env: withBin, prepare: twoAgents },
  {
    name: 'sweep-as-json',
    script: { main: [DONE] },
    argv: [...TWO_AGENTS, '--json'],
    env: withBin,
    prepare: twoAgents,
  },
  {
    name: 'sweep-blocked-by-its-preflight',
    script: { main: [DONE], probe: { status: 401, message: 'Incorrect API key provided' } },
    argv: THREE_TASKS,
  },
  {
    name: 'sweep-interrupted',
    script: { main: [{ hang: 'before' }] },
    argv: THREE_TASKS,
    signal: { send: 'SIGINT', afterMainCalls: 1 },
  },
  {
    name: 'mutated-repository',
    script: null,
    argv: ['--demo', ...ON_PAGER],
    prepare: (dir) => void pagerRepository(dir),
  },
  {
    name: 'mutated-repository-not-mended',
    script: { main: [WRITE, DONE] },
    argv: ON_PAGER,
    prepare: (dir) => void pagerRepository(dir),
  },
  { name: 'harbor-task-without-bubblewrap', script: null, argv: ['--demo', '--task', HELLO_FILE] },
];

/** What only bubblewrap can run: the task's files lie at paths of its own. */
export const BUBBLEWRAP_SCENARIOS: readonly Scenario[] = ['oracle', 'no-op'].map((script) => ({
  name: `harbor-task-${script}`,
  script: null,
  argv: [`--demo=${script}`, '--task', HELLO_FILE, '--sandbox', 'bubblewrap'],
}));
