import { shellWord } from '../../../host/shell-word.js';
import type { RunRecord } from '../../../model/record.js';
import { htmlText, markdownLine } from '../../text/escape.js';
import { safeLine } from '../../text/sanitize.js';
import { citableRun } from '../citable-command.js';
import { cellTitle, compositePercent } from '../verdict-text.js';
import { wiringText } from '../wiring-text.js';
import { type Block, code, fields, prose, type Section } from './section.js';

const VARIES = 'Results vary — comparable, not guaranteed identical (model nondeterminism).';

/** The citable command: the published image and harness flags of this cell. */
export function yourselfSection(record: RunRecord): Section {
  const citable = citableRun(record);
  const { published_image } = record;
  const image = fields({
    label: 'Image',
    value: published_image?.name ?? null,
    note: published_image?.digest ?? 'no published digest is known',
  });
  const blocks: Block[] =
    citable === null
      ? [image, prose(`There is no docker run line for this cell: ${whyNotCitable(record)}.`)]
      : [
          prose(
            'The published image and harness flags for this cell. The run on this page was made without a container.',
          ),
          image,
          code('docker run — the published image', 'sh', `${citable.pull}\n\n${citable.run}`),
          prose(VARIES),
        ];
  return { id: 'yourself', title: 'Run it yourself', blocks };
}

function whyNotCitable({ demo, tui, published_image }: RunRecord): string {
  if (demo) return 'a scripted model played';
  return published_image === null
    ? `no published image of ${tui} is known`
    : 'the published benchmark has no such task';
}

/** The agent's configuration as a script for the reader's own endpoint, and the command line of this program. */
export function exploreSection(record: RunRecord): Section {
  const agent = [record.tui, record.tui_version].filter((part) => part !== null).join(' ');
  const wiring: Block =
    record.wiring === null || record.wire === null
      ? prose('The agent was never started: there is no wiring to show.')
      : code(
          `${record.tui} — BYO endpoint wiring`,
          'sh',
          wiringText(record.wiring, { agent, wire: record.wire }),
        );
  return {
    id: 'explore',
    title: 'Explore with your own model',
    blocks: [
      prose(
        "Substitute your endpoint, key, and model ID. Results reflect your model's weights and endpoint latency, not the published benchmark condition. Endpoint must speak OpenAI-compatible /v1/chat/completions.",
      ),
      wiring,
      code('Zero-install preview — npx CLI (provisional, not for citation)', 'sh', previewCommand(record)),
      prose('Provisional score — not for citation. Use the Docker or Harness CLI path for citable results.'),
    ],
  };
}

function previewCommand(record: RunRecord): string {
  const model = record.demo
    ? [shellWord(`--demo=${record.model.replace(/^demo\//, '')}`)]
    : [`--model ${shellWord(record.model)}`, '--endpoint "$YOUR_ENDPOINT"', '--key-file "$YOUR_KEY_FILE"'];
  return [
    'npx @codingagentbench/cli check',
    ...[`--tui ${shellWord(record.tui)}`, ...model, `--task ${shellWord(record.task_id)}`].map(
      (flag) => `  ${flag}`,
    ),
  ].join(' \\\n');
}

/** Snippets that show this result elsewhere. They refer to local files: nothing is uploaded. */
export function embedSection(record: RunRecord): Section {
  const badge = `codingagentbench-${record.run_id}.svg`;
  const page = `codingagentbench-${record.run_id}.html`;
  const alt = embedText(record);
  const show = `npx @codingagentbench/cli show ${shellWord(record.run_id)}`;
  return {
    id: 'embed',
    title: 'Embed this result',
    blocks: [
      code(
        'the files, to put beside the snippets',
        'sh',
        `${show} --format svg -o ${shellWord(badge)}\n${show} --format html -o ${shellWord(page)}`,
      ),
      code('README / Markdown', 'markdown', `[![${markdownLine(alt)}](${badge})](${page})`),
      code(
        'HTML / iframe',
        'html',
        `<a href="${htmlText(page)}"><img src="${htmlText(badge)}" alt="${htmlText(alt)}" /></a>`,
      ),
    ],
  };
}

/** `CodingAgentBench: opencode × openai/gpt-oss-120b 96% (provisional)` */
function embedText(record: RunRecord): string {
  const demo = record.demo ? 'DEMO, ' : '';
  const cell = safeLine(cellTitle(record), 200);
  return `CodingAgentBench: ${cell} ${compositePercent(record) ?? 'not scored'} (${demo}provisional)`;
}
