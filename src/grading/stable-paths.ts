import { pathToFileURL } from 'node:url';

/** The directories of one run. Each run has others: nothing that holds their paths is the same in two runs. */
export interface RunDirs {
  /** The tree that is tested. */
  tree: string;
  /** Holds HOME and TMPDIR. */
  scratch: string;
  /** The task's tests, which may lie apart from the tree. */
  tests: string;
}

/** What a run of the tests printed, and where it ran. */
export interface RunOutput extends RunDirs {
  stdout: string;
  stderr: string;
}

/**
 * The text as every run prints it: paths in the tree become relative to it, and the other directories get names that do
 * not change.
 */
export function withStablePaths(text: string, { tree, scratch, tests }: RunDirs): string {
  const places = [
    { dir: tree, name: '.' },
    // Harbor has them there.
    { dir: tests, name: '/tests' },
    { dir: scratch, name: '/tmp' },
  ];
  return (
    places
      // One may lie in another: the innermost names a path best.
      .sort((a, b) => b.dir.length - a.dir.length)
      .reduce((result, { dir, name }) => renamed(result, dir, name), text)
  );
}

/** Behind `/tmp/app`, so that `/tmp/app-2` and `/tmp/app.old` are left alone. */
const END_OF_NAME = String.raw`(?![\w-]|\.\w)`;

function renamed(text: string, dir: string, name: string): string {
  const spellings = spellingsOf(dir).map((each) => each.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return text.replace(
    new RegExp(`(?:${spellings.join('|')})(?:(/)|${END_OF_NAME})`, 'g'),
    (_, slash?: string) => {
      if (slash === undefined) return name;
      return name === '.' ? '' : `${name}/`;
    },
  );
}

/** How runners write the path of a directory, URLs first: a path is part of its URL. */
function spellingsOf(dir: string): string[] {
  const url = pathToFileURL(dir).href;
  // Node's TAP escapes these, and Go's subtests have no blank in their names.
  return [url, `file://${dir}`, dir, dir.replace(/[\\#]/g, '\\$&'), dir.replaceAll(' ', '_')];
}
