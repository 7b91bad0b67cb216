import { PreflightError, UsageError } from '../../model/errors.js';
import type { Deadline, Endpoint } from './fetch-page.js';
import { listModels, type NoModelList } from './list-models.js';
import { afterServerError, keyRefusedFinding, nonApiFinding } from './probe-findings.js';

/** Why there is no list of models, and what to do. */
function noListFinding(list: NoModelList, endpoint: Endpoint): { detail: string; fix: string } {
  const subject = { ...endpoint, model: '', server: null };
  if (list.nonApi !== null) return nonApiFinding(list.nonApi, 'GET /models', subject);
  if (list.cause === 'auth') return keyRefusedFinding(list.error, subject);
  const name = 'Correct --endpoint or the key, or name the model with --model.';
  const fix = list.cause === 'server_error' ? afterServerError(name, subject) : name;
  return { detail: `The endpoint did not list its models: ${list.error}`, fix };
}

/**
 * The model to use when the user named none: the only one in the server's list.
 *
 * @throws UsageError `usage.no_model` when the list has none or several
 * @throws PreflightError `endpoint.<cause>` when there is no list
 */
export async function resolveModel(
  endpoint: Endpoint,
  deadline: Deadline = { timeoutMs: 10_000 },
): Promise<string> {
  const list = await listModels(endpoint, deadline);
  if (list.kind === 'failed') {
    const { detail, fix } = noListFinding(list, { baseUrl: list.baseUrl, key: endpoint.key });
    throw new PreflightError(detail, { code: `endpoint.${list.cause}`, fix });
  }
  const [only, ...more] = list.models;
  if (only !== undefined && more.length === 0) return only;
  const shown = list.models.slice(0, 8).join(', ') + (list.models.length > 8 ? ', …' : '');
  throw new UsageError(
    only === undefined
      ? 'The endpoint lists no model.'
      : `The endpoint lists ${list.models.length} models: ${shown}.`,
    { code: 'usage.no_model', fix: 'Name one with --model.' },
  );
}
