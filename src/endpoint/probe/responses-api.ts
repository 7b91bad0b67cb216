import { asObject, parseJson } from '../json.js';
import { directDispatcher } from '../meter/direct.js';
import { isResponsesPiece } from '../meter/read-responses.js';
import { type Endpoint, fetchPage, type Limits } from './fetch-page.js';
import { markupKind } from './foreign-answer.js';

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

/** What an answer to an empty request at `/responses` says. Only what has the shape of the API is a sign of it. */
export function hasResponses(status: number, text: string): boolean | null {
  if (status === 404 || status === 405 || status === 501) return false;
  if (status === 400 || status === 422) return markupKind(text.trimStart()) === null;
  if (status < 200 || status >= 300) return null;
  // LM Studio answers 200 to paths that it does not have, and web servers with a page of theirs.
  const answer = asObject(parseJson(text));
  return answer !== null && isResponsesPiece(answer);
}
