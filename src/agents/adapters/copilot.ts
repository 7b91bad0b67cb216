import { join } from 'node:path';
import type { AgentAdapter } from '../adapter.js';
import { mcpConfigFile } from '../adapter.js';
import { copilotSteps } from './copilot-steps.js';

export const copilot: AgentAdapter = {
  id: 'copilot',
  homepage: 'https://github.com/github/copilot-cli',
  command: 'copilot',
  pins: [
    {
      kind: 'npm',
      package: '@github/copilot',
      version: '1.0.102',
      bins: [
        '@github/copilot-linux-x64/copilot',
        '@github/copilot-linux-arm64/copilot',
        '@github/copilot-linuxmusl-x64/copilot',
        '@github/copilot-linuxmusl-arm64/copilot',
        '@github/copilot-darwin-arm64/copilot',
        '@github/copilot-darwin-x64/copilot',
      ],
      runsOn: { kind: 'native' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'chat',
  slashInModelId: true,
  editDialect: 'tools',

  argv: ({ prompt }) => [
    `--prompt=${prompt}`,
    '--allow-all-tools',
    '--allow-all-paths',
    '--output-format',
    'json',
    '--no-color',
  ],

  env: ({ home, baseUrl, token, model }) => ({
    COPILOT_HOME: join(home, '.copilot'),
    COPILOT_PROVIDER_TYPE: 'openai',
    COPILOT_PROVIDER_BASE_URL: baseUrl,
    COPILOT_PROVIDER_API_KEY: token,
    COPILOT_MODEL: model,
  }),

  switches: { COPILOT_OFFLINE: 'true', COPILOT_AUTO_UPDATE: 'false' },

  files: ({ plugins }) =>
    mcpConfigFile('.copilot/mcp-config.json', plugins.mcpServers, { type: 'local', tools: ['*'] }),

  projectConfig: [
    '.copilot',
    '.mcp.json',
    '.vscode/mcp.json',
    '.github/mcp.json',
    '.github/hooks',
    '.github/copilot',
  ],
  litter: [],
  restingChildren: 0,
  plugins: ['mcp'],
  stepParser: copilotSteps,

  image: { name: 'codingagentbench/copilot:v1.0.63', digest: null },
  tried: { versions: ['1.0.102'], on: 'linux-x64' },

  quirks: [
    { what: 'needs no GitHub login with a custom provider (`COPILOT_PROVIDER_*`)', link: null },
    { what: 'unpacks 235 MB into an empty cache directory', link: null },
    { what: 'exits 0 on SIGTERM', link: null },
    { what: 'prints no token counts on stdout', link: null },
  ],
};
