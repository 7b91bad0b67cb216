import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemoModel } from '../../src/endpoint/demo/model.js';
import { type CliResult, Visitor } from '../e2e/cli.js';
import { plainMachine } from '../e2e/plain-machine.js';
import { normaliseText } from './normalise-text.js';
import { withoutNodeAndKernel } from './plain-text.js';
import { knownTexts } from './record-run.js';
import { DONE } from './scenario.js';
import { startScriptedEndpoint } from './scripted-endpoint.js';

const printed = (argv: readonly string[], { code, stdout, stderr }: CliResult) =>
  `$ codingagentbench ${argv.join(' ')}\nexit ${code}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`;

const COMMANDS = ['', 'check', 'doctor', 'show', 'compare', 'replay', 'agents', 'agents show'];
const OF_TASKS = ['tasks', 'tasks list', 'tasks show', 'tasks validate', 'tasks mutate'];

describe('the help of', () => {
  it.concurrent.for([...COMMANDS, ...OF_TASKS])('"%s"', async (command, { expect }) => {
    using visitor = new Visitor();
    const argv = [...command.split(' ').filter(Boolean), '--help'];
    const name = ['help', ...command.split(' ').filter(Boolean)].join('-');
    const text = printed(argv, await visitor.run(argv));
    await expect(text).toMatchFileSnapshot(`recordings/${name}.txt`);
  });
});

describe('on a machine with Node, npm and git alone', () => {
  let visitor: Visitor;
  let env: Record<string, string>;
  beforeAll(() => {
    visitor = new Visitor();
    env = plainMachine(visitor.dir);
  });
  afterAll(() => visitor[Symbol.dispose]());

  const compare = async (name: string, argv: readonly string[], more: Record<string, string> = {}) => {
    const result = await visitor.run([...argv], { env: { ...env, NO_COLOR: '1', ...more } });
    const known = knownTexts(visitor, []);
    const text = withoutNodeAndKernel(normaliseText(printed(argv, result), known, []));
    await expect(text).toMatchFileSnapshot(`recordings/${name}.txt`);
  };

  it.each([
    ['tasks-list', ['tasks', 'list']],
    ['tasks-show', ['tasks', 'show', 'mutations/js-inverted-guard']],
    ['agents', ['agents']],
    ['agents-show', ['agents', 'show', 'opencode']],
  ])('%s', (name, argv) => compare(name, argv));

  it('doctor, with a model that an agent can drive', async () => {
    const play = { name: 'no-op', workspace: '/nowhere', edits: [], finalText: 'Nothing.' } as const;
    const model = await startDemoModel({ scenario: play });
    await compare('doctor', ['doctor', '--endpoint', model.baseUrl, '--model', model.model], {
      CAB_KEY: model.key,
    });
    await model.close();
  });

  it('doctor, with a model that calls no tool', async () => {
    const endpoint = await startScriptedEndpoint({ main: [DONE], probe: { say: 'I cannot call tools.' } });
    await compare('doctor-no-tool-call', ['doctor', '--endpoint', endpoint.url]);
    endpoint.close();
  });
});

const SAVED = join(import.meta.dirname, 'saved-runs');
const RUNS = ['passed', 'failed', 'unscored'];
const VIEWS: Array<[string, string[]]> = [
  ['show', []],
  ['show-markdown', ['--format', 'markdown']],
  ['show-junit', ['--format', 'junit']],
];

/** Runs that were saved once, and lie here as they were saved: all times are those of that day. */
describe('of saved runs', () => {
  let visitor: Visitor;
  beforeAll(() => {
    visitor = new Visitor();
    cpSync(SAVED, join(visitor.home, '.local/share/codingagentbench/runs'), { recursive: true });
  });
  afterAll(() => visitor[Symbol.dispose]());

  it.each([
    ...RUNS.flatMap(
      (verdict, i): Array<[string, string[]]> =>
        VIEWS.map(([view, flags]) => [`${view}-${verdict}`, ['show', `0000000${i + 1}`, ...flags]]),
    ),
    ['compare', ['compare']],
    ['compare-markdown', ['compare', '--format', 'markdown']],
    ['compare-csv', ['compare', '--format', 'csv']],
    ['replay', ['replay', '00000001', '--explain']],
  ])('%s', async (name, argv) => {
    const text = printed(argv, await visitor.run(argv, { env: { NO_COLOR: '1', TZ: 'UTC' } }));
    await expect(text.replaceAll(visitor.dir, 'DIR')).toMatchFileSnapshot(`recordings/${name}.txt`);
  });

  it.each(['00000001', '00000002', '00000003'])('show %s as json is the record', async (id) => {
    const { stdout } = await visitor.run(['show', id, '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(SAVED, id, 'record.json'), 'utf8')));
  });
});
