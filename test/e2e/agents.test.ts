import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { adapters } from '../../src/agents/adapters.js';
import { undrivable } from '../../src/agents/undrivable.js';
import { Visitor } from './cli.js';

describe.concurrent('agents', () => {
  it('lists every agent, and those that cannot be driven', async () => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(['agents']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = stdout.split('\n').map((line) => line.trim().split(/\s+/)[0]);
    expect(names).toEqual(expect.arrayContaining(adapters.map(({ id }) => id)));
    for (const { id } of undrivable) expect(stdout).toContain(id);
    expect(stdout).toMatch(/^ crush +– +0\.96\.1 +chat +not yet/m);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('as JSON says the same', async () => {
    using visitor = new Visitor();
    const { code, stdout } = await visitor.run(['agents', '--json']);
    const { agents, cannot_be_driven } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(agents.map(({ agent }: { agent: string }) => agent)).toEqual(adapters.map(({ id }) => id));
    expect(agents[0]).toMatchObject({
      wire: 'chat',
      pinned: ['1.18.33'],
      published_image: { name: 'codingagentbench/opencode:v1.15.10' },
    });
    expect(cannot_be_driven).toHaveLength(undrivable.length);
  });

  it.each(adapters.map(({ id }) => id))(
    'show %s prints a script that a shell can read, without a key',
    async (id) => {
      using visitor = new Visitor();
      const { code, stdout } = await visitor.run(['agents', 'show', id]);
      expect(code).toBe(0);
      const script = stdout.slice(stdout.indexOf('\n# '));
      execFileSync('sh', ['-n', '-c', script]);
      expect(script).toContain('YOUR_KEY=none');
      expect(script).not.toContain(visitor.dir);
      expect(visitor.litter()).toEqual([]);
    },
  );

  it.each(undrivable)('show $id says why it cannot be driven', async ({ id, reason }) => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(['agents', 'show', id]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(reason);
  });

  it('show with a slip suggests the name', async () => {
    using visitor = new Visitor();
    const { code, stderr } = await visitor.run(['agents', 'show', 'opncode']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean --tui opencode?');
  });
});
