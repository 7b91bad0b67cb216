import { shellWord } from '../host/shell-word.js';
import { ExitCode } from '../model/errors.js';
import { FORMAT_EXTENSIONS } from '../reporters/documents/format-ids.js';
import { findFormat } from '../reporters/documents/formats.js';
import { findRun } from '../store/find-run.js';
import { type CliIo, sayPainted } from './io.js';
import { openHost } from './open-host.js';
import type { ShowFlags } from './options/saved-runs.js';
import { runMaterial } from './run-material.js';
import { colourOn, terminalOf } from './terminal.js';
import { refuseFlood, writeResult } from './write-result.js';

/** The `show` command: writes a saved run in a format to stdout or a file. */
export async function show(name: string, flags: ShowFlags, io: CliIo): Promise<ExitCode> {
  const host = openHost(io);
  const { id, dir } = await findRun(host.runsDir, name);
  const { format, out } = flags;
  if (format !== undefined) {
    const file = shellWord(`${id}.${FORMAT_EXTENSIONS[format]}`);
    refuseFlood({ command: `show ${shellWord(name)}`, format, name: file }, out, io);
  }
  const material = runMaterial(dir, host);
  if (format === undefined) await writePage(material, flags, io);
  else await writeResult(await findFormat(format).render(material), out, io);
  return ExitCode.passed;
}

async function writePage(material: ReturnType<typeof runMaterial>, flags: ShowFlags, io: CliIo) {
  const { showPage } = await import('../reporters/documents/page/terminal-page.js');
  const stdout = terminalOf(io.stdout, io.env);
  const colour = flags.out === undefined && colourOn(stdout, flags, io.env);
  const page = showPage(await material.page(), { width: Math.min(stdout.columns ?? 100, 140), colour });
  if (flags.out === undefined) sayPainted(io.stdout, page, colour);
  else await writeResult(page, flags.out, io);
}
