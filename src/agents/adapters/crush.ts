import { join } from 'node:path';
import type { AgentAdapter } from '../adapter.js';

const PROVIDER = 'codingagentbench';

export const crush: AgentAdapter = {
  id: 'crush',
  homepage: 'https://github.com/charmbracelet/crush',
  command: 'crush',
  pins: [
    {
      kind: 'go',
      module: 'github.com/charmbracelet/crush',
      version: '0.96.1',
      bin: 'crush',
      runsOn: { kind: 'native' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'chat',
  slashInModelId: true,
  editDialect: 'tools',

  argv: ({ home, model, prompt }) => [
    '--data-dir',
    join(home, 'crush'),
    'run',
    '--quiet',
    '--model',
    `${PROVIDER}/${model}`,
    '--small-model',
    `${PROVIDER}/${model}`,
    '--',
    prompt,
  ],

  env: ({ home }) => ({
    CRUSH_GLOBAL_CONFIG: join(home, '.config/crush'),
    CRUSH_GLOBAL_DATA: join(home, '.local/share/crush'),
  }),

  switches: {
    CRUSH_DISABLE_METRICS: '1',
    CRUSH_DISABLE_PROVIDER_AUTO_UPDATE: '1',
    CRUSH_DISABLE_DEFAULT_PROVIDERS: '1',
    DO_NOT_TRACK: '1',
  },

  files: ({ baseUrl, token, model, plugins }) => [
    {
      path: '.config/crush/crush.json',
      content: JSON.stringify({
        $schema: 'https://charm.land/crush.json',
        providers: {
          [PROVIDER]: {
            name: 'CodingAgentBench',
            type: 'openai-compat',
            base_url: baseUrl,
            api_key: token,
            discover_models: false,
            models: [{ id: model, name: model, context_window: 128_000, default_max_tokens: 8192 }],
          },
        },
        ...(Object.keys(plugins.mcpServers).length > 0 && {
          mcp: Object.fromEntries(
            Object.entries(plugins.mcpServers).map(([name, server]) => [name, { type: 'stdio', ...server }]),
          ),
        }),
        models: {
          large: { provider: PROVIDER, model },
          small: { provider: PROVIDER, model },
        },
        options: {
          disable_metrics: true,
          disable_provider_auto_update: true,
          disable_default_providers: true,
          auto_lsp: false,
          notifications: 'disabled',
        },
      }),
    },
  ],

  // crush runs them as shell scripts when it starts, or expands `$(…)` in them.
  projectConfig: ['.crushrc', 'crushrc', '.crush.json', 'crush.json', '.crush'],
  litter: ['.crush/**'],
  restingChildren: 0,
  plugins: ['mcp'],
  stepParser: null,

  image: null,
  tried: null,

  quirks: [
    {
      what: 'runs `crushrc` of a project as a shell script when it starts, and no switch prevents that: the file is hidden during the run',
      link: 'https://github.com/charmbracelet/crush#a-note-on-security',
    },
    { what: 'its npm package downloads a binary from github.com in an install script', link: null },
    { what: 'asks for a title in an extra call', link: null },
  ],
};
