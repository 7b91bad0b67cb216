import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a fake agent may use: the wiring that real opencode would get. */
const PRELUDE = `
const fs = require('node:fs');
const { spawn } = require('node:child_process');
if (process.argv[2] === '--version') { console.log('9.9.9'); process.exit(0); }
const provider = Object.entries(JSON.parse(process.env.OPENCODE_CONFIG_CONTENT).provider)[0][1];
const token = fs.readFileSync(provider.options.apiKey.slice('{file:'.length, -1), 'utf8');
const tools = [{ type: 'function', function: { name: 'read', parameters: { type: 'object', properties: { filePath: { type: 'string' } } } } },
  { type: 'function', function: { name: 'edit', parameters: { type: 'object', properties: { filePath: { type: 'string' }, oldString: { type: 'string' }, newString: { type: 'string' } } } } }];
const ask = (path = '/chat/completions', headers = {}, more = {}) => fetch(provider.options.baseURL + path, {
  method: 'POST',
  headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ model: Object.keys(provider.models)[0], messages: [{ role: 'user', content: 'hello' }], ...more }),
}).then((answer) => answer.text().then((text) => ({ status: answer.status, text })));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text) => console.log(JSON.stringify({ type: 'text', part: { text } }));
`;

/** Writes an agent that runs \`script\` in opencode's place; returns its path for \`--agent-bin\`. */
export function fakeAgent(dir: string, script: string): string {
  const path = join(dir, 'agent');
  // `node` by its path: neither probe nor sandbox has the PATH of the tests.
  writeFileSync(path, `#!${process.execPath}\n${PRELUDE}\n(async () => {\n${script}\n})();\n`);
  chmodSync(path, 0o755);
  return path;
}
