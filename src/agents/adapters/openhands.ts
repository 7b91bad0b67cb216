import type { AgentAdapter } from '../adapter.js';
import { mcpConfigFile } from '../adapter.js';
import { openhandsSteps } from './openhands-steps.js';

export const openhands: AgentAdapter = {
  id: 'openhands',
  homepage: 'https://github.com/OpenHands/OpenHands-CLI',
  command: 'openhands',
  pins: [
    {
      kind: 'pip',
      package: 'openhands',
      version: '1.16.0',
      script: 'openhands',
      sourceOnly: ['func-timeout'],
      runsOn: { kind: 'python', atLeast: '3.12', below: '3.13' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'chat',
  slashInModelId: true,
  editDialect: 'tools',

  argv: ({ prompt }) => ['--headless', '--json', '--override-with-envs', '--yolo', `--task=${prompt}`],

  env: ({ baseUrl, token, model, workspace }) => ({
    LLM_MODEL: `openai/${model}`,
    LLM_BASE_URL: baseUrl,
    LLM_API_KEY: token,
    OPENHANDS_WORK_DIR: workspace,
  }),

  switches: {
    OPENHANDS_SUPPRESS_BANNER: '1',
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    PYTHON_DOTENV_DISABLED: '1',
    // OpenHands would clone its public skills from github.com at every start.
    GIT_ALLOW_PROTOCOL: 'file',
  },

  files: ({ plugins }) => [
    { path: '.openhands/cli_config.json', content: JSON.stringify({ critic: { enable_critic: false } }) },
    ...mcpConfigFile('.openhands/mcp.json', plugins.mcpServers),
  ],

  projectConfig: ['.openhands'],
  litter: [],
  restingChildren: 0,
  plugins: ['mcp'],
  stepParser: openhandsSteps,

  image: { name: 'codingagentbench/openhands:1.7.0', digest: null },
  tried: { versions: ['1.16.0'], on: 'linux-x64' },

  quirks: [
    { what: 'ignores its LLM_* variables without `--override-with-envs`', link: null },
    { what: 'asks pypi.org for its newest version at every start, and no switch prevents that', link: null },
    {
      what: 'runs hooks from `.openhands/hooks.json` of a project: the directory is hidden during the run',
      link: null,
    },
  ],
};
