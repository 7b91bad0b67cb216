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

/** The keys of Harbor's own that say how a task is run; what is not named here is for people and registries. */
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
 * Refuses what a workspace, an agent and a test script cannot stand in for.
 *
 * @throws UsageError `usage.needs_harbor` naming the key
 */
export function refuseUnrunnable(
  { environment, verifier, agent, solution, steps }: HarborToml,
  { workdir, file, taskDir }: { workdir: string; file: string; taskDir: string },
): void {
  const asked: Array<[string, boolean, string]> = [
    ['steps', steps.length > 0, 'has several steps'],
    [
      'environment.docker_image',
      environment.docker_image !== undefined,
      'names an image that is built already',
    ],
    ['environment.os', !['linux', undefined].includes(environment.os?.toLowerCase()), 'is not linux'],
    ['environment.gpus', (environment.gpus ?? 0) > 0, 'asks for a GPU'],
    ['environment.tpu', environment.tpu !== undefined, 'asks for a TPU'],
    ['environment.mcp_servers', environment.mcp_servers.length > 0, 'asks for MCP servers'],
    ['environment.skills_dir', environment.skills_dir !== undefined, 'gives the agent skills'],
    ['environment.healthcheck', environment.healthcheck !== undefined, 'waits for a service'],
    ['environment.workdir', ![workdir, undefined].includes(environment.workdir), `is not ${workdir}`],
    ['verifier.environment', verifier.environment !== undefined, 'tests in a container of its own'],
    [
      'verifier.environment_mode',
      verifier.environment_mode === 'separate',
      'tests in a container of its own',
    ],
    ['verifier.collect', verifier.collect.length > 0, 'collects from services'],
  ];
  for (const [table, { network_mode, user: who }] of Object.entries({ environment, agent, verifier })) {
    asked.push([`${table}.network_mode`, network_mode === 'allowlist', 'opens the network to some hosts']);
    asked.push([`${table}.user`, !['root', 0, undefined].includes(who), 'is a user of the image']);
  }
  for (const [table, { env }] of Object.entries({ environment, verifier, solution })) {
    for (const [name, value] of Object.entries(env)) {
      asked.push([`${table}.env.${name}`, /\$\{/.test(value), "takes a variable of the user's"]);
    }
  }
  const found = asked.find(([, unrunnable]) => unrunnable);
  if (found) throw needsHarbor(taskDir, `${file}: ${found[0]} ${found[2]}`);
}

/** A task that is whole and needs more than this program has: what, in a sentence, and the command that runs it. */
export function needsHarbor(taskDir: string, why: string): UsageError {
  return new UsageError(`${why}.`, {
    code: 'usage.needs_harbor',
    fix: `Run it with Harbor and a container engine: harbor run --path ${shellWord(taskDir)} --agent opencode --model PROVIDER/MODEL`,
  });
}
