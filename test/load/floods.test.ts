import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { runEventSchema } from '../../src/model/events.js';
import { foldRecord } from '../../src/model/to-record.js';
import { attack } from '../attacks/attack.js';
import { type AttemptSource, newKey, runAttackingAgent } from '../attacks/attacking-agent.js';
import { GUARDS } from '../attacks/guards.js';
import { startHostileEndpoint } from '../attacks/hostile-endpoint.js';
import { writeQuickTask } from '../attacks/quick-task.js';
import { Visitor } from '../e2e/cli.js';
import { linux } from '../needs.js';

const key = newKey();
const MB = 1024 * 1024;
let endpoint: Awaited<ReturnType<typeof startHostileEndpoint>>;
beforeAll(async () => {
  endpoint = await startHostileEndpoint();
});
afterAll(() => endpoint.close());

/** After each, the run must end without help, with a readable record and a small directory. */
const FLOODS: Record<string, AttemptSource> = {
  'a gigabyte on stdout':
    "const block = Buffer.alloc(1 << 20, 'a line of sixty-three characters, which is what agents print ..\\n'); for (let i = 0; i < 1024; i++) if (!process.stdout.write(block)) await new Promise((go) => process.stdout.once('drain', go));",
  'one line of 100 MB':
    "const block = 'x'.repeat(1 << 20); for (let i = 0; i < 100; i++) if (!process.stdout.write(block)) await new Promise((go) => process.stdout.once('drain', go)); process.stdout.write('\\n');",
  'invalid UTF-8 on both streams':
    "const bytes = require('node:crypto').randomBytes(4 << 20); for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write(bytes, done)); process.stdout.write('\\n');",
  'half a million steps':
    "let text = ''; for (let i = 0; i < 1000; i++) text += JSON.stringify({ type: 'text', part: { text: 'step ' + i } }) + '\\n'; for (let i = 0; i < 500; i++) if (!process.stdout.write(text)) await new Promise((go) => process.stdout.once('drain', go));",
  'steps of 3 MB each':
    "const text = JSON.stringify({ type: 'text', part: { text: 'y'.repeat(3 << 20) } }) + '\\n'; for (let i = 0; i < 50; i++) if (!process.stdout.write(text)) await new Promise((go) => process.stdout.once('drain', go));",
  'a model name of 50 MB':
    "await fetch(provider.options.baseURL + '/chat/completions', { method: 'POST', headers: { authorization: 'Bearer ' + token }, body: JSON.stringify({ model: 'm'.repeat(50 << 20), messages: [] }) }).then((answer) => answer.text());",
  'a sparse file of 10 GB, and one of a terabyte':
    "for (const [i, size] of [10 * 2 ** 30, 2 ** 40].entries()) { fs.writeFileSync('src/sparse' + i, ''); try { fs.truncateSync('src/sparse' + i, size); } catch {} }",
  'names of 255 bytes, two thousand of them':
    "for (let i = 0; i < 2000; i++) fs.writeFileSync('src/' + String(i).padStart(255, 'n'), '');",
  'escapes that clear the screen, set titles and read the clipboard':
    "for (const evil of ['\\u001b[2J\\u001b[3J\\u001b[H\\u001bc', '\\u001b]0;owned\\u0007', '\\u001b]52;c;?\\u0007', '\\u009b2J', '\\u001bP+q544e\\u001b\\\\\\\\', '\\u202e', '\\r\\b\\u0007\\u0000']) { say('a' + evil + 'b'); console.error('a' + evil + 'b'); console.log(JSON.stringify({ type: 'tool_use', part: { tool: 'bash' + evil, state: { status: 'completed', input: { command: evil + 'ls' }, output: evil.repeat(50) } } })); }",
};

const CONTROL_CHARACTERS =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

for (const { guard, flag } of GUARDS) {
  describe(`floods, ${guard}`, () => {
    for (const [name, source] of Object.entries(FLOODS)) {
      const aim = name.startsWith('escapes') ? 'terminal' : 'leftovers';
      attack(name, { aim, guard, missing: linux }, async () => {
        using visitor = new Visitor();
        const peak: number[] = [];
        const out = join(visitor.dir, 'out');
        const task = writeQuickTask(join(visitor.dir, 'task'), { verifier: 'exit 0' });
        const { record, result, attempt } = await runAttackingAgent(visitor, {
          attempts: { flood: source, after: 'return (await ask()).status;' },
          world: {},
          endpoint,
          args: ['--key', key, '--sandbox', flag, '--task', task, '--out', out],
          run: { whileRunning: async (run) => void peak.push(await run.peakKb()) },
        });
        const steps = record.steps.length;
        const limited = record.stop_reason === 'limit';
        if (steps < 10_000 && !limited) expect(attempt('after').output).toBe('200');
        expect(record).toMatchObject({ verdict: 'passed', stop_reason: limited ? 'limit' : 'finished' });
        expect(limited).toBe(name === 'a gigabyte on stdout');
        expect(result.stderr + result.stdout.slice(0, 10 * MB)).not.toMatch(CONTROL_CHARACTERS);
        expect(peak[0]).toBeGreaterThan(0);
        expect(peak[0]).toBeLessThan(700 * 1024);
        const sizes = readdirSync(out).map((file) => statSync(join(out, file)).size);
        expect(Math.max(...sizes)).toBeLessThan(40 * MB);
        const events = readFileSync(join(out, 'events.jsonl'), 'utf8').trimEnd().split('\n');
        expect(foldRecord(events.map((line) => runEventSchema.parse(JSON.parse(line))))).toEqual(record);
        expect(visitor.litter()).toEqual([]);
      });
    }
  });
}
