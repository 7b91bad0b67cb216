import { exampleOf, helpOf, termOf } from '../src/cli/options/describe.js';
import { GROUPS, type OptionSpec, type OptionTable } from '../src/cli/options/option.js';
import { shellWord } from '../src/host/shell-word.js';

const BEGIN = '<!-- made from the options: begin -->';
const END = '<!-- made from the options: end -->';

/** The page with its tables of a command's options renewed. */
export function withFlags(page: string, table: OptionTable): string {
  const [head, rest = ''] = page.split(BEGIN);
  const [, tail = ''] = rest.split(END);
  return `${head}${BEGIN}\n\n${sections(table).join('\n\n')}\n\n${END}${tail}`;
}

function sections(table: OptionTable): string[] {
  const all = Object.entries(table);
  const ofGroup = (group: string) => all.filter(([, spec]) => spec.group === group);
  return Object.entries(GROUPS).flatMap(([group, { title }]) => [`## ${title}`, rows(ofGroup(group))]);
}

function rows(options: ReadonlyArray<[string, OptionSpec]>): string {
  const cells = options.map(([name, spec]) => [
    code(termOf(name, spec)),
    helpOf(spec, { whole: true }),
    spec.type === undefined ? '' : code(exampleOf(name, spec).map(shellWord).join(' ')),
  ]);
  return [['flag', 'what', 'for example'], ['---', '---', '---'], ...cells]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

const code = (text: string) => `\`${text}\``;
