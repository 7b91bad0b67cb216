import { join } from 'node:path';
import type { AgentAdapter, LaunchContext } from '../adapter.js';
import { opencodeSteps } from './opencode-steps.js';

/** Name of the provider in opencode's config. opencode splits the argument `PROVIDER/MODEL` at the first slash. */
const PROVIDER = 'codingagentbench';

export const opencode: AgentAdapter = {
  id: 'opencode',
  homepage: 'https://opencode.ai',
  command: 'opencode',
  pins: [
    {
      kind: 'npm',
      package: 'opencode-ai',
      version: '1.18.33',
      bins: [
        'opencode-linux-x64/bin/opencode',
        'opencode-linux-x64-baseline/bin/opencode',
        'opencode-linux-arm64/bin/opencode',
        'opencode-linux-x64-musl/bin/opencode',
        'opencode-linux-x64-baseline-musl/bin/opencode',
        'opencode-linux-arm64-musl/bin/opencode',
        'opencode-darwin-arm64/bin/opencode',
        'opencode-darwin-x64/bin/opencode',
        'opencode-darwin-x64-baseline/bin/opencode',
      ],
      runsOn: { kind: 'native' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'chat',
  slashInModelId: true,
  editDialect: 'tools',

  argv: ({ model, prompt, plugins }) => [
    'run',
    // Loads no plugins.
    ...(plugins.modules.length === 0 ? ['--pure'] : []),
    '--format',
    'json',
    '--auto',
    '--title',
    'codingagentbench',
    '--model',
    `${PROVIDER}/${model}`,
    '--',
    prompt,
  ],

  env: (context) => ({
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      $schema: 'https://opencode.ai/config.json',
      autoupdate: false,
      share: 'disabled',
      snapshot: false,
      ...(context.plugins.modules.length > 0 && {
        plugin: context.plugins.modules.map((path) => `file://${path}`),
      }),
      ...withMcp(context.plugins.mcpServers),
      ...(context.agentsMd && { instructions: [context.agentsMd] }),
      provider: {
        [PROVIDER]: {
          npm: '@ai-sdk/openai-compatible',
          name: 'CodingAgentBench',
          options: { baseURL: context.baseUrl, apiKey: `{file:${tokenFile(context.home)}}` },
          models: { [context.model]: { name: context.model, limit: { context: 128_000, output: 8192 } } },
        },
      },
    }),
    // opencode installs a package for plugins. Without a network it would retry for over a minute.
    ...(context.plugins.modules.length > 0 && { npm_config_fetch_retries: '0' }),
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    OPENCODE_DISABLE_CLAUDE_CODE: '1',
  }),

  switches: {
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  },

  files: ({ token }) => [{ path: 'meter-token', content: token }],

  projectConfig: ['opencode.json', 'opencode.jsonc', '.opencode'],
  litter: [],
  restingChildren: 0,
  plugins: ['opencode-module', 'mcp'],
  stepParser: opencodeSteps,

  image: {
    name: 'codingagentbench/opencode:v1.15.10',
    digest: 'sha256:e56bdb69fb83ea2f8c81c06257f190fd4b5e91077e83d5536f722ff1b9c70275',
  },

  tried: { versions: ['1.18.33'], on: 'linux-x64' },

  quirks: [
    {
      what: 'reads stdin to the end before the first request: with an open pipe it hangs',
      link: 'https://github.com/anomalyco/opencode/issues/38723',
    },
    {
      what: "a project's opencode.json takes precedence over OPENCODE_CONFIG and could redirect the calls: project config is switched off, and AGENTS.md, which the switch also disables, is passed in `instructions`",
      link: null,
    },
    {
      what: 'runs `.opencode/plugin` of a project anyway when it can reach the npm registry: the directory is hidden during the run',
      link: null,
    },
    { what: 'asks for a title in an extra call unless `--title` is given', link: null },
    {
      what: 'starts shell tools in their own session: they survive the end of its process group',
      link: null,
    },
    {
      what: 'installs @opencode-ai/plugin into its config directory when it can reach the npm registry',
      link: 'https://github.com/anomalyco/opencode/issues/37888',
    },
    { what: 'leaves a project id in `.git/opencode` and a 5.5 MB library in TMPDIR', link: null },
  ],
};

function withMcp(servers: LaunchContext['plugins']['mcpServers']) {
  const mcp = Object.entries(servers).map(([name, { command, args, env }]) => [
    name,
    { type: 'local', command: [command, ...args], environment: env },
  ]);
  return mcp.length > 0 && { mcp: Object.fromEntries(mcp) };
}

/** A file, not a variable: otherwise `env` in a tool call would print the token into the conversation. */
function tokenFile(home: string): string {
  return join(home, 'meter-token');
}
