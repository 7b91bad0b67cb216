/** Topics of advice, which is specific to a server. */
export type Topic = 'tools' | 'context' | 'model' | 'key';

/** A page of the server outside the API: `path` follows the base URL without `/v1`. */
interface PageRequest {
  path: string;
  /** The body of a POST; without it the request is a GET. */
  ask?(model: string): unknown;
}

/** A fact that can be read from a page; null when the page lacks it. */
export interface PageFact<T> extends PageRequest {
  read(body: unknown, model: string): T | null;
}

/** A sign of a certain server: every part that is given must match. A page is fetched only when the other parts match. */
export interface Sign {
  header?: readonly [name: string, value: RegExp];
  /** `owned_by` in the list of models. */
  ownedBy?: string;
  page?: { path: string; is(body: unknown, text: string): boolean };
}

/** Context length in tokens: as served, or only the maximum of the model. */
export interface Context {
  tokens: number;
  of: 'served' | 'model';
}

/** A kind of server, as data. */
export interface KnownServer {
  id: string;
  name: string;
  /** Default ports; none for hosted services. */
  ports: readonly number[];
  /** One matching sign is enough. */
  signs: readonly Sign[];
  /** A hosted service: the ends of its host names, and the path of its API. */
  hosted?: { hosts: readonly string[]; basePath: string };
  version?: PageFact<string> | { header: string };
  /** Tried in order; after them the list of models. */
  context?: readonly PageFact<Context>[];
  advice: Partial<Record<Topic, string>>;
}
