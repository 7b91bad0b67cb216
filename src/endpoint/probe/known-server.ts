/** What can be advised about a server, in its own words. */
export type Topic = 'tools' | 'context' | 'model' | 'key';

/** A page beside the API: `path` follows the base URL without its `/v1`. */
interface PageQuestion {
  path: string;
  /** Sent by POST; a GET when there is none. */
  ask?(model: string): unknown;
}

/** A fact that a page tells; null when it does not. */
export interface PageFact<T> extends PageQuestion {
  read(body: unknown, model: string): T | null;
}

/** What gives a server away: all that a sign names must hold. Pages are asked for last, and only then. */
export interface Sign {
  header?: readonly [name: string, value: RegExp];
  /** `owned_by` in the list of models. */
  ownedBy?: string;
  page?: { path: string; is(body: unknown, text: string): boolean };
}

/** Tokens of context, of the model as it is served or only as it was trained. */
export interface Context {
  tokens: number;
  of: 'served' | 'model';
}

/** A server as data. */
export interface KnownServer {
  id: string;
  name: string;
  /** Where it listens unless told otherwise; none for those on the internet. */
  ports: readonly number[];
  /** Any one of them is enough. */
  signs: readonly Sign[];
  /** Ends of the host names of a server on the internet, and where its API is there. */
  hosted?: { hosts: readonly string[]; basePath: string };
  version?: PageFact<string> | { header: string };
  /** Tried in order, when the list of models does not tell. */
  context?: readonly PageFact<Context>[];
  advice: Partial<Record<Topic, string>>;
}
