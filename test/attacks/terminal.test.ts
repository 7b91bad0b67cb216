import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { recordSchema } from '../../src/model/record.js';
import { Visitor } from '../e2e/cli.js';
import { fakeAgent } from '../e2e/fake-agent.js';
import { processesNaming } from '../e2e/processes-naming.js';
import { BIN, Terminal, until } from '../e2e/terminal.js';
import { programs } from '../needs.js';
import { attack } from './attack.js';
import { GUARDS } from './guards.js';
import { startHostileEndpoint } from './hostile-endpoint.js';
import { writeQuickTask } from './quick-task.js';

const missing = programs('tmux');
let endpoint: Awaited<ReturnType<typeof startHostileEndpoint>>;
beforeAll(async () => {
  endpoint = await startHostileEndpoint();
});
afterAll(() => endpoint.close());

for (const { guard, flag } of GUARDS) {
  attack(
    'close the terminal window while the agent works',
    { aim: 'leftovers', guard, missing },
    async () => {
      using visitor = new Visitor();
      const out = join(visitor.dir, 'out');
      const agent = fakeAgent(visitor.dir, "await ask(); say('at work'); await sleep(1e8);");
      const command = [
        ...[process.execPath, BIN, 'check', '--agent-bin', agent, '--sandbox', flag, '--out', out],
        ...['--task', writeQuickTask(join(visitor.dir, 'task'))],
        ...['--endpoint', endpoint.url, '--model', endpoint.model],
      ].join(' ');
      const terminal = new Terminal(visitor, { columns: 80, rows: 24 }, command);
      await until(terminal, 'at work');
      terminal.close();
      await expect.poll(() => processesNaming(visitor.dir), { timeout: 30_000 }).toEqual([]);
      const record = recordSchema.parse(JSON.parse(readFileSync(join(out, 'record.json'), 'utf8')));
      expect(record).toMatchObject({ verdict: 'unscored', stop_reason: 'interrupted' });
      expect(visitor.litter()).toEqual([]);
    },
  );
}
