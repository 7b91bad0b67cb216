import { join } from 'node:path';
import type { AgentAdapter } from '../adapter.js';

export const goose: AgentAdapter = {
  id: 'goose',
  homepage: 'https://block.github.io/goose',
  command: 'goose',
  pins: [
    {
      kind: 'path',
      version: '1.35.0',
      command: 'goose',
      howToInstall: 'Install goose (https://block.github.io/goose/docs/getting-started/installation).',
      runsOn: { kind: 'native' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'chat',
  slashInModelId: true,
  editDialect: 'tools',

  argv: ({ prompt }) => [
    'run',
    '--no-session',
    '--no-profile',
    '--with-builtin',
    'developer',
    `--text=${prompt}`,
  ],

  env: ({ home, origin, token, model }) => ({
    GOOSE_PATH_ROOT: join(home, 'goose'),
    GOOSE_PROVIDER: 'openai',
    GOOSE_MODEL: model,
    GOOSE_MODE: 'auto',
    OPENAI_HOST: origin,
    OPENAI_BASE_PATH: 'v1/chat/completions',
    OPENAI_API_KEY: token,
    CONTEXT_FILE_NAMES: JSON.stringify(['AGENTS.md', '.goosehints']),
  }),

  switches: {
    GOOSE_DISABLE_KEYRING: '1',
    GOOSE_DISABLE_SESSION_NAMING: 'true',
    GOOSE_TELEMETRY_ENABLED: 'false',
    GOOSE_TELEMETRY_OFF: '1',
  },

  files: () => [],

  projectConfig: [],
  litter: [],
  restingChildren: 0,
  plugins: [],
  stepParser: null,

  image: { name: 'codingagentbench/goose:v1.35.0', digest: null },
  tried: null,

  quirks: [
    {
      what: 'is published as a binary, in no registry that this program supports',
      link: 'https://github.com/block/goose/releases',
    },
    {
      what: 'splits the endpoint into OPENAI_HOST and OPENAI_BASE_PATH',
      link: 'https://block.github.io/goose/docs/getting-started/providers',
    },
  ],
};
