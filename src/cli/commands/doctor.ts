import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addOptions } from '../options/commander.js';
import { type DoctorFlags, doctorOptions } from '../options/doctor.js';

const DOCTOR_EXAMPLES = `
Examples:
  Is this machine ready, and which servers run here?
    codingagentbench doctor

  Can an agent work with this model?
    codingagentbench doctor --endpoint http://127.0.0.1:8080/v1 --model my-model

Exit codes: 0 ready · 2 usage · 3 not ready: no run is possible
`;

/** Adds `doctor`. */
export function addDoctorCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const command = program
    .command('doctor')
    .copyInheritedSettings(program)
    .summary('check the machine and the endpoint, and run nothing')
    .description(
      'Report what this machine has and what an endpoint can do, with fewer than 2,000 tokens. Without an endpoint, look for servers on the usual local ports.',
    );
  addOptions(command, doctorOptions, io)
    .addHelpText('after', DOCTOR_EXAMPLES)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('../doctor.js');
      setExitCode(await doctor(flags, io));
    });
}
