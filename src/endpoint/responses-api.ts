import { directDispatcher } from './direct.js';
import { type Endpoint, fetchPage, type Limits } from './fetch-page.js';
import { asObject, asText, parseJson } from './json.js';

/**
 * Whether an endpoint has `/responses`, asked without a token spent: a server that has the API complains about an
 * empty request, and has nothing to answer. Null when it cannot be told. Rejects only when the signal aborts.
 */
export async function findResponsesApi(endpoint: Endpoint, limits: Limits): Promise<boolean | null> {
  const dispatcher = directDispatcher();
  try {
    const page = await fetchPage({ ...endpoint, ...limits, dispatcher, path: '/responses', body: {} });
    return page.kind === 'answered' ? hasResponses(page.status, page.text) : null;
  } finally {
    await dispatcher.destroy();
  }
}

/** What an answer to an empty request at `/responses` says. */
export function hasResponses(status: number, text: string): boolean | null {
  if (status === 404 || status === 405 || status === 501) return false;
  // LM Studio answers 200 to paths that it does not have.
  if (/unexpected endpoint/i.test(asText(asObject(parseJson(text))?.error) ?? '')) return false;
  return status === 400 || status === 422 || (status >= 200 && status < 300) ? true : null;
}
