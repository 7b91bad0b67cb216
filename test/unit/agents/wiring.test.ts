import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adapters } from '../../../src/agents/adapters.js';
import { launchOf, NO_CUSTOMISATION } from '../../../src/agents/launch.js';
import { wiringOf } from '../../../src/agents/wiring.js';
import { wiringText } from '../../../src/reporters/documents/wiring-text.js';

/** Runs under the agent's name, and writes everything that it gets to a file. */
const FAKE_AGENT = `#!${process.execPath}
const fs = require('node:fs');
const path = require('node:path');
const home = process.env.HOME;
const files = fs.readdirSync(home, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name));
fs.writeFileSync(process.env.RECEIVED, JSON.stringify({
  home,
  args: process.argv.slice(2),
  env: process.env,
  files: Object.fromEntries(files.map((file) => [path.relative(home, file), fs.readFileSync(file, 'utf8')])),
}));
`;

const GIVEN = {
  YOUR_ENDPOINT: 'http://127.0.0.1:45678/v1',
  YOUR_KEY: 'sk-A1+/b_c==',
  YOUR_MODEL_ID: 'vendor/model-1:free',
  YOUR_PROMPT: 'Fix the bug.\nIt\'s in `a`; see "$HOME" and \\.',
};

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'cab-wiring-')));
  for (const name of ['bin', 'work', 'tmp']) mkdirSync(join(dir, name));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the text in a shell, like a user who pastes it and fills in the values in its first lines. */
function paste(text: string, command: string) {
  const fakeAgent = join(dir, 'bin', command);
  writeFileSync(fakeAgent, FAKE_AGENT);
  chmodSync(fakeAgent, 0o755);
  const received = join(dir, 'received.json');
  const script = text.replace(/^(YOUR_\w+)=.*$/gm, '$1=$GIVEN_$1');
  const given = Object.entries(GIVEN).map(([name, value]) => [`GIVEN_${name}`, value]);
  execFileSync('sh', ['-eu', '-c', script], {
    cwd: join(dir, 'work'),
    env: {
      ...Object.fromEntries(given),
      PATH: `${join(dir, 'bin')}:/usr/bin:/bin`,
      TMPDIR: join(dir, 'tmp'),
      RECEIVED: received,
    },
  });
  return JSON.parse(readFileSync(received, 'utf8'));
}

/** Parses JSON, and removes the trailing white space of other text: the layout does not matter. */
const normalise = (text: string) => (text.startsWith('{') ? JSON.parse(text) : text.trimEnd());
const normaliseAll = (texts: Record<string, string>) =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, normalise(text)]));

describe.each(adapters)('$id', (adapter) => {
  it('gets the same setup from the pasted text as in a run', () => {
    const wiring = wiringOf(adapter, { agentsMd: true });
    const received = paste(wiringText(wiring, { agent: adapter.id, wire: adapter.wire }), adapter.command);
    const launch = launchOf(
      adapter,
      {
        workspace: join(dir, 'work'),
        home: received.home,
        tmp: join(received.home, 'tmp'),
        baseUrl: GIVEN.YOUR_ENDPOINT,
        origin: new URL(GIVEN.YOUR_ENDPOINT).origin,
        token: GIVEN.YOUR_KEY,
        model: GIVEN.YOUR_MODEL_ID,
        prompt: GIVEN.YOUR_PROMPT,
        agentsMd: join(dir, 'work', 'AGENTS.md'),
      },
      NO_CUSTOMISATION,
    );
    expect(dirname(received.home)).toBe(join(dir, 'tmp'));
    expect(received.args).toEqual(launch.args);
    expect(normaliseAll(received.env)).toMatchObject(normaliseAll(launch.env));
    expect(normaliseAll(received.files)).toEqual(
      normaliseAll(Object.fromEntries(launch.files.map(({ path, content }) => [path, content]))),
    );
  });

  it('has a text without paths or tokens of a run', () => {
    const text = JSON.stringify(wiringOf(adapter, { agentsMd: true }));
    expect(text).toContain('$YOUR_MODEL_ID');
    expect(text).toContain('$YOUR_KEY');
    expect(text).toMatch(/\$(YOUR_ENDPOINT|\{YOUR_ENDPOINT%\/v1\})/);
    expect(text).not.toMatch(/"\/|127\.0\.0\.1/);
  });
});
