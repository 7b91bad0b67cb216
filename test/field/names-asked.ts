import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldCheck } from './agents-run.js';

const RECORDER = join(process.cwd(), 'node_modules', '.cache', 'field', 'names-recorder.js');

/**
 * The host names that an installed agent asks for where no sandbox stops it, in a network namespace of its own whose
 * only name server takes them down. Null where that could not be had: it takes root and bubblewrap.
 */
export async function namesAsked(agent: string): Promise<string[] | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const dir = mkdtempSync(join(tmpdir(), 'cab-names-'));
  const write = (name: string, text: string) => {
    const file = join(dir, name);
    writeFileSync(file, text);
    return file;
  };
  try {
    const resolver = write('resolv.conf', 'nameserver 127.0.0.1\noptions timeout:2 attempts:1\n');
    const order = write('nsswitch.conf', 'hosts: files dns\n');
    const names = join(dir, 'names.json');
    const { record } = await fieldCheck(['--tui', agent, '--demo=oracle', '--sandbox', 'off'], {
      inside: [
        ...['bwrap', '--dev-bind', '/', '/', '--unshare-net', '--cap-add', 'ALL', '--die-with-parent'],
        ...['--ro-bind', resolver, realpathSync('/etc/resolv.conf')],
        ...['--ro-bind', order, realpathSync('/etc/nsswitch.conf'), '--'],
        ...[process.execPath, RECORDER, names],
      ],
    });
    return record?.verdict === 'passed' && existsSync(names) ? JSON.parse(readFileSync(names, 'utf8')) : null;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
