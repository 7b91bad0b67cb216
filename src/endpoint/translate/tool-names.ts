import { createHash } from 'node:crypto';
import { asArray, asObject, asText, type JsonObject } from '../json.js';

/** A function name of the Responses API. Agents offer the tools of an MCP server in a namespace. */
export interface FunctionName {
  namespace: string | null;
  name: string;
}

/** Translates function names of one request to chat, which has no namespaces, and back. */
export interface ToolNames {
  toChat(fn: FunctionName): string;
  /** A name that the request does not offer stays as it is. */
  fromChat(name: string): FunctionName;
}

/** Maximum length of a function name that servers accept. */
const MAX_NAME_CHARS = 64;
const HASH_CHARS = 8;

/**
 * The names of the functions in `tools` of a request. `toChat` gives the same name for a function that is no longer
 * offered, since past calls may name it.
 */
export function toolNames(tools: unknown): ToolNames {
  const originals = new Map<string, FunctionName>();
  const plainNames = new Set<string>();
  const namespaced: FunctionName[] = [];
  for (const { namespace, tool } of functionTools(tools)) {
    const name = asText(tool.name) ?? '';
    if (namespace === null) plainNames.add(name);
    else namespaced.push({ namespace, name });
  }
  function toChat({ namespace, name }: FunctionName): string {
    if (namespace === null) return name;
    const joined = `${namespace}__${name}`;
    const other = originals.get(joined);
    const isFree =
      !plainNames.has(joined) &&
      (other === undefined || (other.namespace === namespace && other.name === name));
    if (isFree && /^[\w-]+$/.test(joined) && joined.length <= MAX_NAME_CHARS) return joined;
    const hash = createHash('sha256').update(`${namespace}\0${name}`).digest('hex').slice(0, HASH_CHARS);
    return `${joined.replace(/[^\w-]/g, '_').slice(0, MAX_NAME_CHARS - HASH_CHARS - 1)}_${hash}`;
  }
  for (const fn of namespaced) originals.set(toChat(fn), fn);
  return { toChat, fromChat: (name) => originals.get(name) ?? { namespace: null, name } };
}

/** A function that a request offers. */
export interface OfferedFunction {
  namespace: string | null;
  tool: JsonObject;
}

/** All functions that a request offers, with those in namespaces, in order. */
export function functionTools(tools: unknown): OfferedFunction[] {
  return asArray(tools).flatMap((value): OfferedFunction[] => {
    const tool = asObject(value);
    if (tool?.type === 'function') return [{ namespace: null, tool }];
    if (tool?.type !== 'namespace') return [];
    const namespace = asText(tool.name) ?? '';
    return asArray(tool.tools)
      .map(asObject)
      .flatMap((fn) => (fn?.type === 'function' ? [{ namespace, tool: fn }] : []));
  });
}
