import { join } from 'node:path';
import type { AgentAdapter } from '../adapter.js';
import { mcpConfigFile } from '../adapter.js';
import { clineSteps } from './cline-steps.js';

const DATA = '.cline/data';
const SETTINGS = `${DATA}/settings`;

export const cline: AgentAdapter = {
  id: 'cline',
  homepage: 'https://cline.bot',
  command: 'cline',
  pins: [
    {
      kind: 'npm',
      package: 'cline',
      version: '3.0.65',
      bins: [
        '@cline/cli-linux-x64/bin/cline',
        '@cline/cli-linux-arm64/bin/cline',
        '@cline/cli-darwin-arm64/bin/cline',
        '@cline/cli-darwin-x64/bin/cline',
      ],
      runsOn: { kind: 'native' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'chat',
  slashInModelId: true,
  editDialect: 'tools',

  argv: ({ home, model, prompt }) => [
    '--json',
    '--auto-approve',
    'true',
    '--data-dir',
    join(home, DATA),
    '-P',
    'openai-compatible',
    '-m',
    model,
    '--',
    prompt,
  ],

  env: ({ home, token }) => ({
    OPENAI_API_KEY: token,
    CLINE_GLOBAL_SETTINGS_PATH: join(home, SETTINGS, 'global-settings.json'),
  }),

  switches: {
    CLINE_NO_AUTO_UPDATE: '1',
    // cline is built with Bun, which loads a project's `.env` into the environment.
    BUN_OPTIONS: '--env-file=/dev/null',
  },

  files: ({ baseUrl, model, plugins }) => [
    {
      path: `${SETTINGS}/global-settings.json`,
      content: JSON.stringify({ telemetryOptOut: true, autoUpdateEnabled: false }),
    },
    ...mcpConfigFile(`${SETTINGS}/cline_mcp_settings.json`, plugins.mcpServers),
    {
      path: `${SETTINGS}/providers.json`,
      content: JSON.stringify({
        version: 1,
        lastUsedProvider: 'openai-compatible',
        providers: {
          'openai-compatible': {
            settings: { provider: 'openai-compatible', model, baseUrl },
            updatedAt: '2026-01-01T00:00:00.000Z',
            tokenSource: 'manual',
          },
        },
      }),
    },
  ],

  projectConfig: ['.cline', '.clinerules/hooks'],
  litter: [],
  restingChildren: 0,
  plugins: ['mcp'],
  stepParser: clineSteps,

  image: null,
  tried: { versions: ['3.0.65'], on: 'linux-x64' },

  quirks: [
    { what: 'offers `editor` or `apply_patch`, depending on the model id', link: null },
    { what: '`apply_patch` writes a new file without the last newline', link: null },
    { what: 'ignores SIGTERM while a model request hangs', link: null },
    { what: 'saves a key given with `-k` to providers.json', link: null },
  ],
};
