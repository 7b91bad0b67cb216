import type { AgentAdapter } from '../adapter.js';
import { qwenCodeSteps } from './qwen-code-steps.js';

const PACKAGE = '@qwen-code/qwen-code';

export const qwenCode: AgentAdapter = {
  id: 'qwen-code',
  homepage: 'https://github.com/QwenLM/qwen-code',
  command: 'qwen',
  pins: [
    {
      kind: 'npm',
      package: PACKAGE,
      version: '0.24.4',
      bins: [`${PACKAGE}/cli.js`],
      runsOn: { kind: 'node', atLeast: '22.0.0' },
    },
    {
      kind: 'npm',
      package: PACKAGE,
      version: '0.15.10',
      bins: [`${PACKAGE}/cli.js`],
      runsOn: { kind: 'node', atLeast: '20.0.0' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'chat',
  slashInModelId: true,
  editDialect: 'tools',

  argv: ({ model, prompt }) => [
    '--yolo',
    '--auth-type',
    'openai',
    '--model',
    model,
    '--output-format',
    'stream-json',
    `--prompt=${prompt}`,
  ],

  env: ({ baseUrl, token, model }) => ({
    OPENAI_BASE_URL: baseUrl,
    OPENAI_API_KEY: token,
    OPENAI_MODEL: model,
  }),

  switches: {
    QWEN_CODE_SUPPRESS_YOLO_WARNING: '1',
    // Otherwise it starts a second Node process with NODE_OPTIONS from a project's `.env`.
    QWEN_CODE_NO_RELAUNCH: 'true',
  },

  files: ({ plugins }) => [
    {
      path: '.qwen/settings.json',
      content: JSON.stringify({
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
        general: { enableAutoUpdate: false },
        // Both make extra model calls after the conversation.
        memory: { enableManagedAutoMemory: false, enableManagedAutoDream: false },
        ...(Object.keys(plugins.mcpServers).length > 0 && { mcpServers: plugins.mcpServers }),
      }),
    },
  ],

  projectConfig: ['.qwen', '.mcp.json'],
  litter: [],
  restingChildren: 0,
  plugins: ['mcp'],
  stepParser: qwenCodeSteps,

  image: { name: 'codingagentbench/qwen-code:v0.16.1', digest: null },
  tried: { versions: ['0.24.4', '0.15.10'], on: 'linux-x64' },

  quirks: [
    { what: '0.15.10 exits 0 after an API error', link: null },
    {
      what: 'restarts itself in a second Node process with the `.env` of a project: a variable prevents this, and 0.24.4 is started without its wrapper, which would also restart it',
      link: null,
    },
    { what: 'sends usage statistics unless `privacy.usageStatisticsEnabled` is false', link: null },
    {
      what: 'starts servers from `.qwen` of a project and rewrites its settings: the directory is hidden during the run',
      link: null,
    },
    { what: 'its shell tool refuses a bare `sleep`', link: null },
  ],
};
