import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { checkOptions } from '../../src/cli/options/check.js';
import { DEFAULT_TASK_ID } from '../../src/tasks/catalogue.js';
import { type CliResult, Visitor } from '../e2e/cli.js';
import { named } from '../needs.js';
import { MODEL, startScriptedEndpoint } from './scripted-endpoint.js';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
const missing = inject('opencodeMissing');

interface Command {
  args: string[];
  /** @default 0 */
  exits: number;
  /** Lines that the page shows below the command. */
  shows: string[];
}

/** The commands of a page's console blocks: each is run as it stands. */
function commandsOf(page: string): Command[] {
  const commands: Command[] = [];
  for (const [, block = ''] of page.matchAll(/^```console\n(.*?)^```$/gms)) {
    for (const line of block.trimEnd().split('\n')) {
      const [, words, exits] = /^\$ codingagentbench (.*?)(?: # exits with (\d+))?$/.exec(line) ?? [];
      if (words !== undefined)
        commands.push({ args: words.split(' '), exits: Number(exits ?? 0), shows: [] });
      else commands.at(-1)?.shows.push(line.trim());
    }
  }
  return commands;
}

/** A model that finds the bug of the default task. */
async function startSolver() {
  const file = 'src/hit-log.js';
  const broken = join(ROOT, 'fixtures/tasks', DEFAULT_TASK_ID, 'environment/workspace', file);
  const content = readFileSync(broken, 'utf8').replace('this.oldest < edge', 'this.oldest <= edge');
  return startScriptedEndpoint({
    main: [
      { call: 'read', args: { filePath: file } },
      { call: 'write', args: { filePath: file, content } },
      { say: 'Fixed.' },
    ],
  });
}

const pages = PAGES.map((name) => ({ name, page: readFileSync(join(ROOT, name), 'utf8') }));
const commands = pages.flatMap(({ name, page }) => commandsOf(page).map((command) => ({ ...command, name })));

describe.skipIf(missing)(named('a visitor with an empty home', missing), () => {
  it('sees what the documents show for each of their commands', async ({ onTestFinished }) => {
    using visitor = new Visitor();
    const results = new Map<string, Promise<CliResult>>();
    const run = async (args: string[]): Promise<CliResult> => {
      const endpoint = await startSolver();
      onTestFinished(() => endpoint.close());
      return visitor.run(
        args.map((word) =>
          word.replace('http://127.0.0.1:8080/v1', endpoint.url).replace(/^my-model$/, MODEL),
        ),
      );
    };
    // The first one leaves the run that others show. A command that stands on two pages runs once.
    for (const { args } of commands) {
      const words = args.join(' ');
      if (!results.has(words)) results.set(words, run(args));
      if (results.size === 1 || results.size % 3 === 0) await results.get(words);
    }
    for (const { name, args, exits, shows } of commands) {
      const words = args.join(' ');
      const { code, stdout } = (await results.get(words)) ?? { code: null, stdout: '' };
      expect({ name, words, code }).toEqual({ name, words, code: exits });
      for (const line of shows) expect(stdout.split('\n').map((each) => each.trim())).toContain(line);
    }
  }, 300_000);
});

describe.each(pages)('$name', ({ name, page }) => {
  it('names only flags of check that exist', () => {
    const known = Object.keys(checkOptions).map((key) =>
      key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    );
    for (const [command] of page.matchAll(/codingagentbench(?:@\S+)? check .*$/gm)) {
      for (const [, flag = ''] of command.matchAll(/ --([a-z-]+)/g))
        expect([...known, 'all', 'help', 'explain', 'no-color']).toContain(flag);
    }
  });

  it('links only to files that exist', () => {
    for (const [, target = ''] of page.matchAll(/\]\(((?!https?:)[^)#]+)(?:#[^)]*)?\)/g)) {
      expect(() => readFileSync(join(ROOT, name, '..', target))).not.toThrow();
    }
  });
});

it('the pages show commands at all', () => {
  expect(commands.length).toBeGreaterThan(10);
});
