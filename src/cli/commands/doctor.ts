import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addOptions } from '../options/commander.js';
import { type DoctorFlags, doctorOptions } from '../options/doctor.js';

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
  const command = program
    .command('doctor')
    .copyInheritedSettings(program)
    .summary('look over the machine and the endpoint, and run nothing')
    .description(
      'Tell what this machine has for running cells and what an endpoint can do, in fewer than 2,000 tokens; without an endpoint, look for servers on the usual local ports.',
    );
  addOptions(command, doctorOptions, io)
    .addHelpText('after', DOCTOR_EXAMPLES)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('../doctor.js');
      setExitCode(await doctor(flags, io));
    });
}
