/** What files of one sort say about dependencies, by the end of their names; any other is a list of them. */
const SORTS: ReadonlyArray<{ files: RegExp; brings: RegExp }> = [
  {
    files: /\.(?:c|h|cc|cpp|cxx|hh|hpp|hxx)$/i,
    // Headers of the languages themselves: C's by name, C++'s have no dot and no slash.
    brings:
      /^#\s*include\s*<(?!(?:assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|tgmath|threads|time|uchar|wchar|wctype)\.h>|[a-z_]+>)/,
  },
  {
    files: /(?:^|\/)(?:GNUmakefile|[Mm]akefile|.+\.mk)$/,
    brings: /(?:^|\s)-l(?!(?:m|pthread)\b)\w|pkg-config/,
  },
];

/**
 * The lines of a file that name what the project depends on: `#include`s of headers that come with no compiler, what a
 * Makefile links, and every line of a dependency manifest, without what reordering and trailing commas change.
 */
export function dependencyLines(path: string, text: string | null): string[] {
  const lines = (text ?? '')
    .split('\n')
    .map((line) => line.trim().replace(/,$/, ''))
    .filter((line) => line !== '');
  const sort = SORTS.find(({ files }) => files.test(path));
  return sort ? lines.filter((line) => sort.brings.test(line)) : lines;
}
