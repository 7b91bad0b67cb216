import { join } from 'node:path';
import type { AgentAdapter } from '../adapter.js';
import { piSteps } from './pi-steps.js';

const PROVIDER = 'codingagentbench';
const PACKAGE = '@earendil-works/pi-coding-agent';

export const pi: AgentAdapter = {
  id: 'pi',
  homepage: 'https://pi.dev',
  command: 'pi',
  pins: [
    {
      kind: 'npm',
      package: PACKAGE,
      version: '0.87.1',
      bins: [`${PACKAGE}/dist/bundle/cli.js`],
      runsOn: { kind: 'node', atLeast: '22.19.0' },
    },
    {
      kind: 'npm',
      package: PACKAGE,
      version: '0.74.2',
      bins: [`${PACKAGE}/dist/cli.js`],
      runsOn: { kind: 'node', atLeast: '20.6.0' },
    },
  ],
  versionArgs: ['--version'],
  wire: 'chat',
  slashInModelId: true,
  editDialect: 'tools',

  argv: ({ model, prompt }) => [
    '--print',
    '--mode',
    'json',
    '--no-session',
    '--no-extensions',
    '--provider',
    PROVIDER,
    '--model',
    model,
    prompt,
  ],

  env: ({ home }) => ({ PI_CODING_AGENT_DIR: join(home, '.pi/agent') }),

  switches: { PI_OFFLINE: '1', PI_TELEMETRY: '0', PI_SKIP_VERSION_CHECK: '1' },

  files: ({ baseUrl, token, model }) => [
    {
      path: '.pi/agent/models.json',
      content: JSON.stringify({
        providers: {
          [PROVIDER]: {
            baseUrl,
            api: 'openai-completions',
            apiKey: token,
            models: [
              {
                id: model,
                name: model,
                reasoning: false,
                input: ['text'],
                contextWindow: 128_000,
                maxTokens: 8192,
                cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
              },
            ],
          },
        },
      }),
    },
  ],

  projectConfig: ['.pi'],
  litter: [],
  restingChildren: 0,
  plugins: [],
  stepParser: piSteps,

  image: { name: 'codingagentbench/pi:v0.73.1', digest: null },
  tried: { versions: ['0.87.1', '0.74.2'], on: 'linux-x64' },

  quirks: [
    { what: 'always exits 0 in JSON mode', link: null },
    { what: 'reads stdin to the end before the first request: with an open pipe it hangs', link: null },
    {
      what: '0.74.2 runs `.pi/extensions` of the workspace without asking: `.pi` is hidden during the run',
      link: null,
    },
    {
      what: 'starts shell tools in their own session: they survive the end of its process group',
      link: null,
    },
    { what: '`latest` (1.5.2) needs packages that are not in the registry', link: null },
    {
      what: 'reads an argument that starts with `@` as a file, and 0.74.2 does not accept `--` before a prompt',
      link: null,
    },
  ],
};
