import type { Command } from 'commander';
import type { DoctorFlags } from '../doctor.js';
import type { CliIo } from '../io.js';
import { positiveNumber } from './option-values.js';

const DOCTOR_EXAMPLES = `
Examples:
  What does this machine have, and which servers run here?
    codingagentbench doctor

  Can this model be driven by an agent?
    codingagentbench doctor --endpoint http://127.0.0.1:8080/v1 --model my-model

Exit codes: 0 ready · 2 usage · 3 something is wrong that no run can do without
`;

/** Adds `doctor`. */
export function addDoctorCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  program
    .command('doctor')
    .copyInheritedSettings(program)
    .summary('look over the machine and the endpoint, and run nothing')
    .description(
      'Tell what this machine has for running cells and what an endpoint can do, in fewer than 2,000 tokens; without an endpoint, look for servers on the usual local ports.',
    )
    .option('--endpoint <url>', 'OpenAI-compatible base URL, usually ending in /v1 (or CAB_ENDPOINT)')
    .option('--model <id>', 'model to ask (or CAB_MODEL); may be left out when the server lists one')
    .option(
      '--key <key>',
      'API key; "-" reads it from stdin. Visible to other processes: prefer the next two',
    )
    .option('--key-file <file>', 'file that holds the API key (or the key itself in CAB_KEY)')
    .option('--timeout <seconds>', 'limit of each question to the model', positiveNumber, 120)
    .option('--json', 'print the findings as one JSON object on stdout')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .addHelpText('after', DOCTOR_EXAMPLES)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('../doctor.js');
      setExitCode(await doctor(flags, io));
    });
}
