import { asArray, asObject, asText, type JsonObject } from '../json.js';

/** A tool that an agent offers, independent of the API. */
export interface OfferedTool {
  name: string;
  /** JSON schemas by property. */
  properties: JsonObject;
  required: readonly string[];
}

/** The offered tool for each kind of work; null when there is none. */
export interface ToolRoles {
  read: OfferedTool | null;
  edit: OfferedTool | null;
  write: OfferedTool | null;
  shell: OfferedTool | null;
  delete: OfferedTool | null;
}

/** The meaning of an argument, by the names that agents use for it (lower case, without `_` and `-`). */
const MEANINGS = {
  path: ['filepath', 'absolutepath', 'path', 'file', 'filename', 'targetfile'],
  old: ['oldstring', 'oldstr', 'oldtext', 'search'],
  new: ['newstring', 'newstr', 'newtext', 'replace', 'replacement'],
  content: ['content', 'contents', 'filetext', 'filecontent'],
  command: ['command', 'cmd', 'script', 'commands'],
} as const;
export type Meaning = keyof typeof MEANINGS;

/** The property of a schema that has this meaning, or null. */
function propertyFor(properties: JsonObject, meaning: Meaning): string | null {
  const names: readonly string[] = MEANINGS[meaning];
  const candidates = Object.keys(properties).map((name) => ({ name, rank: names.indexOf(plain(name)) }));
  return candidates.filter(({ rank }) => rank >= 0).sort((a, b) => a.rank - b.rank)[0]?.name ?? null;
}

/** The property that takes a list of replacements, and the properties of its items; null when there is none. */
function editList(tool: OfferedTool): { name: string; item: JsonObject } | null {
  for (const [name, schema] of Object.entries(tool.properties)) {
    const item = asObject(asObject(asObject(schema)?.items)?.properties);
    if (item !== null && propertyFor(item, 'old') !== null && propertyFor(item, 'new') !== null)
      return { name, item };
  }
  return null;
}

/** Assigns the offered tools to their roles, by their arguments and then by their names. */
export function assignRoles(tools: readonly OfferedTool[]): ToolRoles {
  const having = (name: RegExp, ...meanings: Meaning[]) =>
    tools.find(
      (tool) => name.test(tool.name) && meanings.every((m) => propertyFor(tool.properties, m) !== null),
    ) ?? null;
  return {
    read: having(/^(?!.*image).*(read|view|cat|open)/i, 'path'),
    edit:
      having(/./, 'path', 'old', 'new') ??
      tools.find((tool) => propertyFor(tool.properties, 'path') !== null && editList(tool) !== null) ??
      null,
    write: having(/write|create|save|file/i, 'path', 'content'),
    shell: having(/bash|shell|exec|command|terminal|run/i, 'command'),
    delete: having(/delete|remove/i, 'path'),
  };
}

/**
 * Arguments for a call of the tool: the given values, and a plausible value for every other required property. `hints`
 * is text that may contain values, as in `number=7`.
 */
export function fillArguments(
  tool: OfferedTool,
  values: Partial<Record<Meaning, string>>,
  hints = '',
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [meaning, value] of Object.entries(values) as Array<[Meaning, string]>) {
    const name = propertyFor(tool.properties, meaning);
    if (name === null) continue;
    const isList = asObject(tool.properties[name])?.type === 'array';
    // A list called `command` has the words of one command; a list called `commands` has whole commands.
    const list = plain(name) === 'commands' ? [value] : ['bash', '-lc', value];
    out[name] = isList && meaning === 'command' ? list : value;
  }
  const edits = propertyFor(tool.properties, 'old') === null ? editList(tool) : null;
  if (edits !== null) {
    const oldName = propertyFor(edits.item, 'old') ?? '';
    const newName = propertyFor(edits.item, 'new') ?? '';
    out[edits.name] = [{ [oldName]: values.old ?? '', [newName]: values.new ?? '' }];
  }
  for (const name of tool.required) {
    if (!(name in out))
      out[name] =
        verbFor(values, asObject(tool.properties[name])) ??
        plausible(name, asObject(tool.properties[name]), hints);
  }
  return out;
}

/** For a tool with several verbs (`command: view | create | …`): the verb that matches the given values. */
function verbFor(values: Partial<Record<Meaning, string>>, schema: JsonObject | null): string | null {
  const wanted =
    values.old !== undefined ? /replace|edit/ : values.content !== undefined ? /create|write/ : /view|read/;
  const verbs = asArray(schema?.enum).flatMap((verb) => asText(verb) ?? []);
  return values.path === undefined ? null : (verbs.find((verb) => wanted.test(verb)) ?? null);
}

function plausible(name: string, schema: JsonObject | null, hints: string): unknown {
  const hint = new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\s*[=:]\\s*["'\`]?([^\\s"'\`,;]+)`, 'i').exec(
    hints,
  )?.[1];
  const first = schema?.default ?? asArray(schema?.enum)[0];
  switch (schema?.type) {
    case 'integer':
    case 'number':
      return hint !== undefined && Number.isFinite(Number(hint))
        ? Number(hint)
        : (first ?? schema.minimum ?? 1);
    case 'boolean':
      return hint === undefined ? (first ?? false) : hint === 'true';
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return (
        hint ??
        first ??
        (plain(name) === 'description' ? 'Works on the task' : (asText(schema?.title) ?? 'demo'))
      );
  }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}
