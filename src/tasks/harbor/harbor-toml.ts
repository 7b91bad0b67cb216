import * as z from 'zod/mini';
import { shellWord } from '../../host/shell-word.js';
import { UsageError } from '../../model/errors.js';
import { timeLimit } from '../task-file.js';

const text = z.optional(z.string());
const number = z.optional(z.number());
const limit = z.optional(timeLimit);
const variables = z._default(z.record(z.string(), z.string()), {});
const user = z.optional(z.union([z.string(), z.number()]));
const network = { network_mode: text, user };

/** Harbor's keys that define how a task runs. Other keys are for people and registries. */
export const harborSchema = z.looseObject({
  task: z.optional(z.looseObject({ name: text, description: text })),
  metadata: z.optional(z.looseObject({})),
  agent: z._default(z.looseObject({ timeout_sec: limit, ...network }), {}),
  verifier: z._default(
    z.looseObject({
      timeout_sec: limit,
      env: variables,
      environment_mode: text,
      environment: z.optional(z.looseObject({})),
      collect: z._default(z.array(z.unknown()), []),
      ...network,
    }),
    { env: {}, collect: [] },
  ),
  solution: z._default(z.looseObject({ env: variables }), { env: {} }),
  environment: z._default(
    z.looseObject({
      docker_image: text,
      os: text,
      gpus: number,
      tpu: z.optional(z.unknown()),
      mcp_servers: z._default(z.array(z.unknown()), []),
      skills_dir: text,
      healthcheck: z.optional(z.unknown()),
      workdir: text,
      env: variables,
      ...network,
    }),
    { mcp_servers: [], env: {} },
  ),
  steps: z._default(z.array(z.unknown()), []),
});
export type HarborToml = z.infer<typeof harborSchema>;

/**
 * Refuses a task that needs more than a workspace, an agent and a test script.
 *
 * @throws UsageError `usage.needs_harbor` with the key
 */
export function refuseUnrunnable(
  { environment, verifier, agent, solution, steps }: HarborToml,
  { workdir, file, taskDir }: { workdir: string; file: string; taskDir: string },
): void {
  const requirements: Array<[key: string, unsupported: boolean, what: string]> = [
    ['steps', steps.length > 0, 'has several steps'],
    ['environment.docker_image', environment.docker_image !== undefined, 'names a prebuilt image'],
    ['environment.os', !['linux', undefined].includes(environment.os?.toLowerCase()), 'is not linux'],
    ['environment.gpus', (environment.gpus ?? 0) > 0, 'asks for a GPU'],
    ['environment.tpu', environment.tpu !== undefined, 'asks for a TPU'],
    ['environment.mcp_servers', environment.mcp_servers.length > 0, 'asks for MCP servers'],
    ['environment.skills_dir', environment.skills_dir !== undefined, 'gives the agent skills'],
    ['environment.healthcheck', environment.healthcheck !== undefined, 'waits for a service'],
    ['environment.workdir', ![workdir, undefined].includes(environment.workdir), `is not ${workdir}`],
    ['verifier.environment', verifier.environment !== undefined, 'runs the tests in a separate container'],
    [
      'verifier.environment_mode',
      verifier.environment_mode === 'separate',
      'runs the tests in a separate container',
    ],
    ['verifier.collect', verifier.collect.length > 0, 'collects files from services'],
  ];
  for (const [table, { network_mode, user: who }] of Object.entries({ environment, agent, verifier })) {
    requirements.push([
      `${table}.network_mode`,
      network_mode === 'allowlist',
      'opens the network to some hosts',
    ]);
    requirements.push([`${table}.user`, !['root', 0, undefined].includes(who), 'is a user of the image']);
  }
  for (const [table, { env }] of Object.entries({ environment, verifier, solution })) {
    for (const [name, value] of Object.entries(env)) {
      requirements.push([`${table}.env.${name}`, /\$\{/.test(value), 'uses a variable of the user']);
    }
  }
  const first = requirements.find(([, unsupported]) => unsupported);
  if (first) throw needsHarbor(taskDir, `${file}: ${first[0]} ${first[2]}`);
}

/** The error for a valid task that needs a container engine, with the command that runs it. */
export function needsHarbor(taskDir: string, why: string): UsageError {
  return new UsageError(`${why}.`, {
    code: 'usage.needs_harbor',
    fix: `Run it with Harbor and a container engine: harbor run --path ${shellWord(taskDir)} --agent opencode --model PROVIDER/MODEL`,
  });
}
