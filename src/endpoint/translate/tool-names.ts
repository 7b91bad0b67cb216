import { createHash } from 'node:crypto';
import { asArray, asObject, asText, type JsonObject } from '../json.js';

/** How the Responses API names a function: inside a namespace, as agents do with an MCP server's tools, or in none. */
export interface FunctionName {
  namespace: string | null;
  name: string;
}

/** The names of one request's functions in chat, which knows no namespaces, and the way back. */
export interface ToolNames {
  toChat(fn: FunctionName): string;
  /** A name that no tool of the request has is left as it is. */
  fromChat(name: string): FunctionName;
}

/** What servers take as the name of a function. */
const MAX_NAME_CHARS = 64;
const HASH_CHARS = 8;

/** Names the functions in `tools` of a request; those of its past calls, which may be gone, are named alike. */
export function toolNames(tools: unknown): ToolNames {
  const back = new Map<string, FunctionName>();
  const plain = new Set<string>();
  const namespaced: FunctionName[] = [];
  for (const { namespace, tool } of functionTools(tools)) {
    const name = asText(tool.name) ?? '';
    if (namespace === null) plain.add(name);
    else namespaced.push({ namespace, name });
  }
  function toChat({ namespace, name }: FunctionName): string {
    if (namespace === null) return name;
    const joined = `${namespace}__${name}`;
    const taken = back.get(joined);
    const isFree =
      !plain.has(joined) && (taken === undefined || (taken.namespace === namespace && taken.name === name));
    if (isFree && /^[\w-]+$/.test(joined) && joined.length <= MAX_NAME_CHARS) return joined;
    const hash = createHash('sha256').update(`${namespace}\0${name}`).digest('hex').slice(0, HASH_CHARS);
    return `${joined.replace(/[^\w-]/g, '_').slice(0, MAX_NAME_CHARS - HASH_CHARS - 1)}_${hash}`;
  }
  for (const fn of namespaced) back.set(toChat(fn), fn);
  return { toChat, fromChat: (name) => back.get(name) ?? { namespace: null, name } };
}

/** A function as a request offers it. */
export interface OfferedFunction {
  namespace: string | null;
  tool: JsonObject;
}

/** Every function that a request offers, those inside of namespaces too, in order. */
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
