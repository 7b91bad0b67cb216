import { formatPatch, type StructuredPatch, structuredPatch } from 'diff';
import { asText, type ChangedFile } from './changed-files.js';
import type { Entry } from './snapshot.js';

/** Beyond this a file is named only: a patch is for reading. */
const MAX_TEXT_BYTES = 256 * 1024;
/** The search for the shortest edit costs the square of this, and holds up everything else meanwhile. */
const MAX_EDIT_LENGTH = 1_500;

const MAX_PATCH_CHARS = 8 * 1024 * 1024;
const MAX_FILES = 2_000;

/** A git-style unified diff of the changes; binary, huge and special files are named only, and what is too much is counted. */
export function renderPatch(files: readonly ChangedFile[]): string {
  const parts: string[] = [];
  let chars = 0;
  for (const file of files) {
    if (parts.length >= MAX_FILES || chars > MAX_PATCH_CHARS) {
      parts.push(`# ${files.length - parts.length} more files were changed; this patch ends here.\n`);
      break;
    }
    const text = renderFile(file);
    parts.push(text);
    chars += text.length;
  }
  return parts.join('');
}

function renderFile(file: ChangedFile): string {
  const [before, after] = [sideOf(file.before, file.contentBefore), sideOf(file.after, file.contentAfter)];
  const hunks =
    before === null || after === null
      ? undefined
      : structuredPatch('', '', before, after, '', '', { context: 3, maxEditLength: MAX_EDIT_LENGTH })?.hunks;
  const oldMode = modeOf(file.before);
  const newMode = modeOf(file.after);
  const patch: StructuredPatch = {
    oldFileName: file.before ? `a/${file.path}` : '/dev/null',
    newFileName: file.after ? `b/${file.path}` : '/dev/null',
    oldHeader: undefined,
    newHeader: undefined,
    hunks: hunks ?? [],
    isGit: true,
    isCreate: file.before === null,
    isDelete: file.after === null,
    // git says nothing of a mode that stayed.
    ...(oldMode !== null && oldMode !== newMode ? { oldMode } : {}),
    ...(newMode !== null && oldMode !== newMode ? { newMode } : {}),
  };
  const text = formatPatch(patch);
  if (hunks) return text;
  const [oldName, newName] = [patch.oldFileName, patch.newFileName].map((name) => quotedName(name ?? ''));
  return `${text}Binary files ${oldName} and ${newName} differ\n`;
}

/** What git would compare: a link's content is its target. */
function sideOf(entry: Entry | null, content: Buffer | null): string | null {
  if (entry === null) return '';
  if (entry.type === 'symlink') return entry.target;
  return content === null || content.length > MAX_TEXT_BYTES ? null : asText(content);
}

function modeOf(entry: Entry | null): string | null {
  if (entry === null) return null;
  if (entry.type === 'symlink') return '120000';
  return entry.executable ? '100755' : '100644';
}

const PLAIN = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

/** A file name as git writes it in a patch: in quotes, with C escapes, where it is not plain ASCII. Always one line. */
export function quotedName(name: string): string {
  if (PLAIN.test(name)) return name;
  const bytes = [...Buffer.from(name)].map((byte) => {
    const character = String.fromCharCode(byte);
    if (PLAIN.test(character)) return character;
    return ESCAPES[character] ?? `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}
