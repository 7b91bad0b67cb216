import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addOptions } from '../options/commander.js';
import { type ReplayFlags, replayOptions } from '../options/saved-runs.js';

const REPLAY_EXAMPLES = `
Examples:
  codingagentbench replay last
  codingagentbench replay 7f3a --speed 4

Keys: space play or pause · ← → span · , . 100 ms · + - speed · ↑ ↓ scroll · o the agent's own output · c score card · q quit
`;

/** Adds `replay`. */
export function addReplayCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const command = program
    .command('replay')
    .copyInheritedSettings(program)
    .summary('replay a saved run on the live screen')
    .description(
      'Replay a saved run: pause, step from span to span, seek. Without a terminal, print its timeline.',
    )
    .argument('<run>', 'its id (or the beginning of it), its directory, or "last"');
  addOptions(command, replayOptions, io)
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(async (name: string, flags: ReplayFlags) => {
      const { replay } = await import('../replay.js');
      setExitCode(await replay(name, flags, io));
    });
}
