import { join } from 'node:path';
import { stringify } from 'smol-toml';
import type { AgentAdapter } from '../adapter.js';
import { codexSteps } from './codex-steps.js';

const PROVIDER = 'codingagentbench';

export const codex: AgentAdapter = {
  id: 'codex',
  homepage: 'https://github.com/openai/codex',
  command: 'codex',
  pins: [
    {
      kind: 'npm',
      package: '@openai/codex',
      version: '0.169.0',
      bins: [
        '@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex',
        '@openai/codex-linux-arm64/vendor/aarch64-unknown-linux-musl/bin/codex',
        '@openai/codex-darwin-arm64/vendor/aarch64-apple-darwin/bin/codex',
        '@openai/codex-darwin-x64/vendor/x86_64-apple-darwin/bin/codex',
      ],
      runsOn: { kind: 'native' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'responses',
  slashInModelId: true,
  editDialect: 'tools',

  argv: ({ model, prompt }) => [
    'exec',
    '--json',
    '--ephemeral',
    '--skip-git-repo-check',
    // Its own sandbox cannot start inside another one.
    '--dangerously-bypass-approvals-and-sandbox',
    '--model',
    model,
    '--',
    prompt,
  ],

  env: ({ home, token }) => ({ CODEX_HOME: join(home, '.codex'), CODINGAGENTBENCH_TOKEN: token }),

  switches: {},

  files: ({ baseUrl, plugins }) => [
    {
      path: '.codex/config.toml',
      content: stringify({
        model_provider: PROVIDER,
        check_for_update_on_startup: false,
        // Tools that are not plain functions, and features that contact OpenAI.
        web_search: 'disabled',
        agents: { enabled: false },
        analytics: { enabled: false },
        features: {
          shell_snapshot: false,
          goals: false,
          plugins: false,
          apps: false,
          unbounded_connection_retries: false,
        },
        ...(Object.keys(plugins.mcpServers).length > 0 && { mcp_servers: plugins.mcpServers }),
        shell_environment_policy: { ignore_default_excludes: false },
        model_providers: {
          [PROVIDER]: {
            name: 'CodingAgentBench',
            base_url: baseUrl,
            env_key: 'CODINGAGENTBENCH_TOKEN',
            wire_api: 'responses',
          },
        },
      }),
    },
  ],

  projectConfig: ['.codex'],
  litter: [],
  restingChildren: 0,
  plugins: ['mcp'],
  stepParser: codexSteps,

  image: { name: 'codingagentbench/codex:v0.140.0', digest: null },
  tried: { versions: ['0.169.0'], on: 'linux-x64' },

  quirks: [
    {
      what: 'speaks only the Responses API: it refuses `wire_api = "chat"`',
      link: 'https://github.com/openai/codex/discussions/7782',
    },
    { what: 'reads stdin to the end before the first request: with an open pipe it hangs', link: null },
    {
      what: 'waits forever for an endpoint that refuses connections, unless `unbounded_connection_retries` is off',
      link: null,
    },
    {
      what: 'writes its environment, with keys, to `shell_snapshots/` unless `shell_snapshot` is off',
      link: null,
    },
    {
      what: 'warns about missing metadata of an unknown model in an `error` item, in every good run',
      link: null,
    },
    { what: 'reads no AGENTS.md in a directory that its config marks as untrusted', link: null },
    {
      what: 'has no edit tool for an unknown model: it writes files with its shell',
      link: null,
    },
  ],
};
