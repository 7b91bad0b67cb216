import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { CommanderError } from 'commander';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { adapters } from '../../src/agents/adapters.js';
import { lineSplitter } from '../../src/agents/line-splitter.js';
import { chooseEndpoint } from '../../src/cli/choose-endpoint.js';
import type { CliIo } from '../../src/cli/io.js';
import { makeProgram } from '../../src/cli/program.js';
import { answerReader } from '../../src/endpoint/meter/answer-reader.js';
import { normaliseEndpoint } from '../../src/endpoint/probe/normalise-endpoint.js';
import { CabError } from '../../src/model/errors.js';
import { type RunEvent, runEventSchema } from '../../src/model/events.js';
import { recordSchema, stepSchema } from '../../src/model/record.js';
import { foldRecord } from '../../src/model/to-record.js';
import { scoreCard } from '../../src/reporters/documents/score-card.js';
import { plainRun } from '../../src/reporters/live/plain.js';
import { initialView, reduceView } from '../../src/reporters/live/view-state.js';
import { palette } from '../../src/reporters/text/palette.js';
import { toStepRecord } from '../../src/run/to-record-form.js';
import { matchGlobs } from '../../src/tasks/globs.js';
import { parseManifest } from '../../src/tasks/manifest.js';
import { failed, links, passed, passing, unscored } from '../unit/reporters/sample-run.js';
import { attack } from './attack.js';
import { chunkSizes, cut, spoiledBytes, spoiledJson, spoiledText } from './fuzz.js';

const CASES = 10_000;
/** Fixed: a run of the attacks tries the same cases as the last one. */
const RUNS = { numRuns: CASES, seed: 20_260_101 };
const ROOT = join(import.meta.dirname, '..', '..');
const OBEYED = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

/** What a user is told: a fault with a name, never an exception of ours. */
function named<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof CabError)) throw error;
    expect(error.message.split('\n').length).toBeLessThan(4);
    expect(error.fix).not.toBe('');
    return null;
  }
}

describe(`${CASES} spoiled inputs each`, () => {
  attack('task.toml', { aim: 'input' }, async () => {
    const family = (name: string) =>
      readdirSync(join(ROOT, 'fixtures/tasks', name)).map((id) => join(name, id));
    const tomls = ['mutations', 'integrity', 'polyglot']
      .flatMap(family)
      .map((id) => readFileSync(join(ROOT, 'fixtures/tasks', id, 'task.toml'), 'utf8'));
    let good = 0;
    const holds = fc.property(spoiledText(tomls), (toml) => {
      const manifest = named(() => parseManifest(toml, 'task.toml'));
      if (manifest === null) return;
      good++;
      for (const globs of [manifest.editable, manifest.protected, manifest.ignore])
        matchGlobs(globs)('src/a.js');
    });
    fc.assert(holds, RUNS);
    expect(good).toBeGreaterThan(100);
    expect(good).toBeLessThan(CASES);
  });

  attack('record.json, read back and shown', { aim: 'input' }, async () => {
    let good = 0;
    const holds = fc.property(spoiledJson([passed, failed, unscored]), (record) => {
      const parsed = recordSchema.safeParse(record);
      if (!parsed.success) return;
      good++;
      const card = scoreCard(parsed.data, links, { width: 80, colour: false });
      expect(card.join('\n')).not.toMatch(OBEYED);
    });
    fc.assert(holds, RUNS);
    expect(good).toBeGreaterThan(100);
  });

  attack('events.jsonl, folded and shown', { aim: 'input' }, async () => {
    let good = 0;
    const spoiled = fc.array(spoiledJson(passing), { minLength: 6, maxLength: 6 });
    const some = fc.subarray(passing, { minLength: Math.floor(0.8 * passing.length) });
    const holds = fc.property(spoiled, some, (spoiledEvents, someEvents) => {
      const shown: string[] = [];
      const write = (text: string) => void shown.push(text);
      const face = plainRun({
        write,
        writeResult: write,
        width: 80,
        colour: false,
        resultWidth: 80,
        resultColour: false,
      });
      const events = spoiledEvents.flatMap((event): RunEvent[] => {
        const parsed = runEventSchema.safeParse(event);
        return parsed.success ? [parsed.data] : [];
      });
      good += events.length;
      let view = initialView;
      for (const event of events) {
        view = reduceView(view, event);
        face.send(event, 0);
      }
      expect(shown.join('')).not.toMatch(OBEYED);
      named(() => foldRecord([...someEvents, ...events]));
    });
    fc.assert(holds, RUNS);
    expect(good).toBeGreaterThan(CASES);
  });

  attack('answers of an endpoint, streamed and whole, cut anywhere', { aim: 'input' }, async () => {
    let read = 0;
    const answer = fc.oneof(
      ...ANSWERS.map(([wire, good]) => fc.tuple(fc.constant(wire), spoiledBytes(good))),
    );
    const holds = fc.property(answer, chunkSizes, ([wire, bytes], sizes) => {
      const readings = [cut(bytes, sizes), [bytes]].map((chunks) => {
        const reader = answerReader(wire);
        for (const chunk of chunks) reader.push(chunk);
        return reader.end();
      });
      // However it is cut, it reads the same.
      expect(readings[0]).toEqual(readings[1]);
      const { usage, toolCalls } = readings[0] ?? {};
      for (const count of [usage?.promptTokens, usage?.completionTokens]) {
        expect(count === undefined || count === null || (Number.isFinite(count) && count >= 0)).toBe(true);
      }
      read += (toolCalls?.length ?? 0) + (usage ? 1 : 0);
    });
    fc.assert(holds, RUNS);
    expect(read).toBeGreaterThan(CASES / 10);
  });

  const recorded = join(ROOT, 'test/unit/agents/recorded');
  /** The last lines of a recording; about every third one is spoiled. */
  const agentOutput = fc.oneof(
    ...readdirSync(recorded).map((file) => {
      const lines = readFileSync(join(recorded, file), 'utf8').split('\n').filter(Boolean);
      const spoiled = lines.slice(-8).map((line) =>
        fc.oneof(
          { weight: 4, arbitrary: fc.constant(line) },
          spoiledText([line]),
          spoiledJson([JSON.parse(line)]).map((value) => JSON.stringify(value)),
        ),
      );
      return fc.tuple(...spoiled).map((all) => `${all.join('\n')}\n`);
    }),
  );
  for (const { id, stepParser } of adapters) {
    if (stepParser === null) continue;
    attack(`output of ${id}`, { aim: 'input' }, async () => {
      let steps = 0;
      const paint = palette(false);
      const { stepLines } = await import('../../src/reporters/live/step-lines.js');
      const holds = fc.property(agentOutput, chunkSizes, (output, sizes) => {
        const parse = stepParser('/workspace');
        const splitter = lineSplitter((line) => {
          for (const step of parse(line)) {
            const shown = stepLines(stepSchema.parse(toStepRecord(step, ++steps, 1)), paint, { width: 80 });
            expect(shown.join('\n')).not.toMatch(OBEYED);
            expect(shown.length).toBeLessThan(12);
          }
        });
        for (const chunk of cut(Buffer.from(output), sizes)) splitter.push(chunk);
        splitter.end();
      });
      fc.assert(holds, RUNS);
      expect(steps).toBeGreaterThan(100);
    });
  }

  attack('command lines', { aim: 'input' }, async () => {
    const words = [
      'check',
      'doctor',
      '--endpoint',
      '--model',
      '--key',
      '--key-file',
      '--task',
      '--timeout',
      '--idle-timeout',
      '--max-calls',
      '--max-tokens',
      '--price',
      '--limit',
      'disk=2GB',
      '--sandbox',
      '--agent-bin',
      '--demo',
      '--out',
      '--json',
      '--no-color',
      '--tui',
      '--help',
      '--version',
      '-V',
      '--',
      '-',
      'http://127.0.0.1:9/v1',
      '1',
      '1,2',
      'off',
      'opencode',
    ];
    let parsed = 0;
    const word = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, spoiledText(words));
    const first = fc.oneof({ weight: 9, arbitrary: fc.constantFrom('check', 'doctor') }, word);
    const holds = fc.asyncProperty(first, fc.array(word, { maxLength: 4 }), async (command, rest) => {
      const argv = [command, ...rest];
      const said: string[] = [];
      const stream = (): PassThrough => new PassThrough().on('data', (text) => said.push(String(text)));
      const io = {
        env: {},
        stdin: new PassThrough().end('key\n'),
        stdout: stream(),
        stderr: stream(),
      } as unknown as CliIo;
      const program = makeProgram(io, () => {});
      for (const command of program.commands) {
        command.action(async (flags) => {
          parsed++;
          // As far as a command goes before it starts anything.
          await chooseEndpoint({ color: true, ...flags }, null, io)
            .then((endpoint) => endpoint.kind === 'real' && normaliseEndpoint(endpoint.url))
            .catch((error: unknown) =>
              named(() => {
                throw error;
              }),
            );
        });
      }
      await program.parseAsync(argv, { from: 'user' }).catch((error: unknown) => {
        if (error instanceof CommanderError) expect([0, 1]).toContain(error.exitCode);
        else
          named(() => {
            throw error;
          });
      });
    });
    await fc.assert(holds, RUNS);
    expect(parsed).toBeGreaterThan(100);
  });
});

const CHUNK = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
const sse = (events: readonly unknown[]) =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const ANSWERS: ReadonlyArray<readonly ['chat' | 'responses', string]> = [
  [
    'chat',
    `${sse([
      { ...CHUNK, choices: [{ index: 0, delta: { role: 'assistant', content: 'Hel' } }] },
      { ...CHUNK, choices: [{ index: 0, delta: { content: 'lo', reasoning_content: 'hm' } }] },
      {
        ...CHUNK,
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                { index: 0, id: 'a', type: 'function', function: { name: 'edit', arguments: '{"path":' } },
              ],
            },
          },
        ],
      },
      {
        ...CHUNK,
        choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: '"a"}' } }] } }],
      },
      { ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
      {
        ...CHUNK,
        choices: [],
        usage: {
          prompt_tokens: 12,
          completion_tokens: 7,
          total_tokens: 19,
          prompt_tokens_details: { cached_tokens: 3 },
        },
      },
    ])}data: [DONE]\n\n`,
  ],
  [
    'chat',
    JSON.stringify({
      ...CHUNK,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'Hello',
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'edit', arguments: '{}' } }],
          },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 12, completion_tokens: 7 },
    }),
  ],
  ['chat', sse([{ error: { message: 'overloaded', code: 429, type: 'x' } }])],
  [
    'responses',
    sse([
      { type: 'response.created', response: { id: 'r', model: 'm', status: 'in_progress', output: [] } },
      { type: 'response.output_text.delta', item_id: 'i', output_index: 0, content_index: 0, delta: 'Hello' },
      {
        type: 'response.output_item.done',
        output_index: 1,
        item: { type: 'function_call', id: 'f', call_id: 'a', name: 'shell', arguments: '{}' },
      },
      {
        type: 'response.completed',
        response: {
          id: 'r',
          model: 'm',
          status: 'completed',
          output: [],
          usage: {
            input_tokens: 12,
            output_tokens: 7,
            total_tokens: 19,
            input_tokens_details: { cached_tokens: 3 },
          },
        },
      },
    ]),
  ],
];
