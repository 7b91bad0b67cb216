import { formatPatch, type StructuredPatch, structuredPatch } from 'diff';
import { asText, type ChangedFile } from './changed-files.js';
import type { Entry } from './snapshot.js';

/** A larger file is only named, because a patch is for readers. */
const MAX_TEXT_BYTES = 256 * 1024;
/** The diff takes time in the square of this, synchronously. */
const MAX_EDIT_LENGTH = 1_500;

const MAX_PATCH_CHARS = 8 * 1024 * 1024;
const MAX_FILES = 2_000;

/**
 * A git-style unified diff. It only names binary, large and special files, and only counts the files beyond its limits.
 */
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
    // git omits an unchanged mode.
    ...(oldMode !== null && oldMode !== newMode ? { oldMode } : {}),
    ...(newMode !== null && oldMode !== newMode ? { newMode } : {}),
  };
  const text = formatPatch(patch);
  if (hunks) return text;
  const [oldName, newName] = [patch.oldFileName, patch.newFileName].map((name) => quotedName(name ?? ''));
  return `${text}Binary files ${oldName} and ${newName} differ\n`;
}

/** The content that git compares: of a link, its target. Null for binary content. */
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

/** A file name as git writes it in a patch: quoted with C escapes unless it is plain ASCII. Always one line. */
export function quotedName(name: string): string {
  if (PLAIN.test(name)) return name;
  const bytes = [...Buffer.from(name)].map((byte) => {
    const character = String.fromCharCode(byte);
    if (PLAIN.test(character)) return character;
    return ESCAPES[character] ?? `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}
