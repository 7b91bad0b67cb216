export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a key. Errors: Error when there is none, for then the recording is not what it is taken for. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  if (!isObject(found)) throw new Error(`${key} is no object: ${JSON.stringify(found)}`);
  return found;
}
