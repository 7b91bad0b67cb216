import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseAgent } from '../../../src/cli/choose-agent.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'cab-agent-options-'));
  writeFileSync(join(dir, 'agent'), '');
  writeFileSync(join(dir, 'text'), '');
  chmodSync(join(dir, 'agent'), 0o755);
  chmodSync(join(dir, 'text'), 0o644);
});
afterAll(() => rmSync(dir, { recursive: true }));

it('is opencode from its pinned install, with nothing added, by default', async () => {
  const { adapter, agentBin, custom } = await chooseAgent({});
  expect([adapter.id, agentBin, custom]).toEqual(['opencode', null, { args: [], env: {}, plugins: [] }]);
});

it('takes a binary, arguments, variables whose values hold "=", and another version', async () => {
  const agentBin = join(dir, 'agent');
  const agentEnv = ['A=1', 'B=x=y', 'C='];
  const choice = await chooseAgent({ tui: 'codex', agentBin, agentArg: ['-v'], agentEnv });
  expect(choice).toMatchObject({ adapter: { id: 'codex' }, agentBin });
  expect(choice.custom).toEqual({ args: ['-v'], env: { A: '1', B: 'x=y', C: '' }, plugins: [] });
  const { adapter } = await chooseAgent({ agentVersion: '1.2.3' });
  expect(adapter.pins.map(({ version }) => version)).toEqual(['1.2.3']);
});

it.each([
  ['no/such', 'does not exist'],
  ['text', 'is not executable'],
])('the binary %s is refused: it %s', async (name, why) => {
  const chosen = chooseAgent({ agentBin: join(dir, name) });
  await expect(chosen).rejects.toMatchObject({
    code: 'usage.bad_agent_bin',
    message: expect.stringContaining(why),
  });
});

it.each(['NAME', '=x', 'TWO WORDS=x', '1A=x'])('the variable %j is refused', async (pair) => {
  await expect(chooseAgent({ agentEnv: [pair] })).rejects.toMatchObject({ code: 'usage.agent_env' });
});
