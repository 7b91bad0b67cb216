import { join } from 'node:path';
import type { AgentAdapter, LaunchContext } from '../adapter.js';
import { opencodeSteps } from './opencode-steps.js';

/** The provider name in opencode's config; the model argument is `PROVIDER/MODEL`, split at the first slash. */
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
    // Without plugins of any kind.
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
    // It installs an interface package for plugins, and without a network would try for over a minute.
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
  drops: [],
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
      what: 'reads stdin to its end before the first request: an open pipe hangs it',
      link: 'https://github.com/anomalyco/opencode/issues/38723',
    },
    {
      what: "a project's opencode.json outranks OPENCODE_CONFIG and could send the calls elsewhere: project config is off, and AGENTS.md, which that switch hides too, is given by `instructions`",
      link: null,
    },
    {
      what: 'runs `.opencode/plugin` of a project all the same where the npm registry is reachable: it is not there while it runs',
      link: null,
    },
    { what: 'asks for a title in an extra call unless `--title` is given', link: null },
    { what: 'starts shell tools in a session of their own, which outlive its process group', link: null },
    {
      what: 'installs @opencode-ai/plugin into its config directory when the npm registry is reachable',
      link: 'https://github.com/anomalyco/opencode/issues/37888',
    },
    { what: 'leaves its project id in `.git/opencode` and a 5.5 MB library in TMPDIR', link: null },
  ],
};

function withMcp(servers: LaunchContext['plugins']['mcpServers']) {
  const mcp = Object.entries(servers).map(([name, { command, args, env }]) => [
    name,
    { type: 'local', command: [command, ...args], environment: env },
  ]);
  return mcp.length > 0 && { mcp: Object.fromEntries(mcp) };
}

/** In a file and not in the environment, so that a tool's `env` does not print it into the conversation. */
function tokenFile(home: string): string {
  return join(home, 'meter-token');
}
