import { join } from 'node:path';
import type { AgentAdapter } from '../adapter.js';

export const aider: AgentAdapter = {
  id: 'aider',
  homepage: 'https://aider.chat',
  command: 'aider',
  pins: [
    {
      kind: 'pip',
      package: 'aider-chat',
      version: '0.86.2',
      script: 'aider',
      sourceOnly: [],
      runsOn: { kind: 'python', atLeast: '3.10', below: '3.13' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'chat',
  slashInModelId: true,
  // The default for an unknown model.
  editDialect: 'whole-file',

  argv: ({ home, model, prompt, agentsMd }) => [
    '--model',
    `openai/${model}`,
    '--weak-model',
    `openai/${model}`,
    `--message=${prompt}`,
    ...(agentsMd === null ? [] : ['--read', agentsMd]),
    '--yes-always',
    '--no-auto-commits',
    '--no-dirty-commits',
    '--no-gitignore',
    '--no-pretty',
    '--no-fancy-input',
    '--no-show-model-warnings',
    '--no-show-release-notes',
    '--no-check-update',
    '--no-detect-urls',
    '--analytics-disable',
    '--input-history-file',
    join(home, 'input.history'),
    '--chat-history-file',
    join(home, 'chat.history.md'),
  ],

  env: ({ baseUrl, token }) => ({ OPENAI_API_BASE: baseUrl, OPENAI_API_KEY: token }),

  switches: {
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    // A project's `.env` would take precedence over this environment.
    PYTHON_DOTENV_DISABLED: '1',
  },

  files: () => [
    // Its list of models. If it is missing or empty, aider downloads it from raw.githubusercontent.com at every start.
    {
      path: '.aider/caches/model_prices_and_context_window.json',
      content: JSON.stringify({ sample_spec: {} }),
    },
  ],

  projectConfig: ['.aider.conf.yml', '.aider.model.settings.yml', '.aider.model.metadata.json'],
  litter: ['.aider*', '.aider*/**'],
  restingChildren: 0,
  plugins: [],
  stepParser: null,

  image: { name: 'codingagentbench/aider:v0.86.0', digest: null },
  tried: { versions: ['0.86.2'], on: 'linux-x64' },

  quirks: [
    { what: 'calls no tools: it reads file names and edits from the text of the answers', link: null },
    {
      what: 'offers to run commands from an answer, but `--yes-always` answers no: it runs none without a person',
      link: null,
    },
    {
      what: 'adds a file to the chat and asks again when an answer names a file that is not in the chat',
      link: null,
    },
    {
      what: 'does not read AGENTS.md on its own: this program passes it with `--read`',
      link: 'https://agents.md',
    },
    { what: 'keeps a cache of tags in `.aider.tags.cache.v4` in the workspace', link: null },
    {
      what: 'reads `.aider.conf.yml` and `.env` of a project: the former is hidden during the run, the latter is switched off',
      link: null,
    },
  ],
};
