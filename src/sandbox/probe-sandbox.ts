import { mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { makeTempDirSync } from '../host/temp-dir.js';
import { supervise } from './processes/supervise.js';
import type { Sandbox } from './sandbox.js';
import { fitsSocket, SHORT_TEMP_DIR } from './socket-path.js';

export interface ProbeOptions {
  sandbox: Sandbox;
  nodePath: string;
  /** The probe creates a few files here and removes them. */
  tempDir: string;
  /** Called for every new directory, so that a later run can remove it if this program is killed. */
  claim?: ((dir: string) => Promise<void>) | undefined;
}

const EXIT_CODE = 42;
const LIMIT_MS = 15_000;
const GREETING = 'hello';

/** What the probe reports from inside: one entry for each thing that a sandbox must do. */
const findingsSchema = z.object({
  'passes only the given variables': z.boolean(),
  'allows writes to its own directory': z.boolean(),
  'connects to the meter': z.boolean(),
  'blocks writes to other directories': z.boolean(),
  'hides masked files': z.boolean(),
  'protects other processes': z.boolean(),
  'blocks all other network access': z.boolean(),
});

const SCRIPT = `
const fs = require('node:fs');
const [dir, outside, secret, meterPort, foreignPort, pidNamespace, parent] = process.argv.slice(1);
const can = (act) => { try { act(); return true; } catch { return false; } };
const answers = (port) => new Promise((resolve) => {
  const socket = require('node:net').connect(Number(port), '127.0.0.1');
  socket.on('data', () => { resolve(true); socket.destroy(); });
  socket.on('error', () => {});
  socket.on('close', () => resolve(false));
});
Promise.all([answers(meterPort), answers(foreignPort)]).then(([meter, network]) => {
  process.stdout.write(JSON.stringify({
    'passes only the given variables': process.env.TMPDIR === dir && process.env.HOME === undefined,
    'allows writes to its own directory': can(() => fs.writeFileSync(dir + '/probe', '')),
    'connects to the meter': meter,
    'blocks writes to other directories': !can(() => fs.writeFileSync(outside + '/probe', '')),
    'hides masked files': !can(() => fs.readFileSync(secret)),
    'protects other processes': pidNamespace !== ''
      ? fs.readlinkSync('/proc/self/ns/pid') !== pidNamespace
      : !can(() => fs.readFileSync('/proc/' + parent + '/environ')) && !can(() => process.kill(Number(parent), 0)),
    'blocks all other network access': !network,
  }));
  process.exitCode = ${EXIT_CODE};
});
`;

const PREFIX = 'codingagentbench-probe-';

/** Runs a command in the sandbox that tries to break out. Returns null when the sandbox works, or one clause about what is wrong. */
export async function probeSandbox({
  sandbox,
  nodePath,
  tempDir,
  claim,
}: ProbeOptions): Promise<string | null> {
  const root = makeTempDirSync(tempDir, PREFIX);
  const [dir, outside, hidden] = [join(root, 'own'), join(root, 'outside'), join(root, 'hidden')];
  const socketDir = fitsSocket(join(root, 's')) ? root : makeTempDirSync(SHORT_TEMP_DIR, PREFIX);
  const socketPath = join(socketDir, 's');
  const servers: Server[] = [];
  await Promise.all([...new Set([root, socketDir])].map((made) => claim?.(made)));
  try {
    for (const path of [dir, outside, hidden]) mkdirSync(path);
    const secret = join(hidden, 'secret');
    writeFileSync(secret, '');
    servers.push(await greet({ path: socketPath }));
    const foreign = await greet({ port: 0, host: '127.0.0.1' });
    servers.push(foreign);
    const port = await freePort();
    if (!sandbox.ownNetwork) servers.push(await greet({ port, host: '127.0.0.1' }));
    const ports = [port, portOf(foreign)].map(String);
    const namespace = sandbox.endsTogether ? readlinkSync('/proc/self/ns/pid') : '';
    return await runProbe({
      argv: [nodePath, '-e', SCRIPT, dir, outside, secret, ...ports, namespace, String(process.pid)],
      sandbox,
      policy: {
        cwd: dir,
        writable: [dir],
        readable: [outside, nodePath],
        masked: [hidden],
        meter: { port, socketPath },
        env: { TMPDIR: dir },
      },
      marker: root,
    });
  } finally {
    for (const server of servers) server.close();
    for (const made of [root, socketDir]) rmSync(made, { recursive: true, force: true });
  }
}

type ProbeCommand = Omit<Parameters<typeof supervise>[0], 'onStdout' | 'onStderr'>;

async function runProbe(command: ProbeCommand): Promise<string | null> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  try {
    const running = await supervise({
      ...command,
      onStdout: (chunk) => stdout.push(chunk),
      onStderr: (chunk) => stderr.push(chunk),
    });
    const timer = setTimeout(() => running.stop().catch(() => {}), LIMIT_MS);
    const { code, signal } = await running.exited.finally(() => clearTimeout(timer));
    if (code !== EXIT_CODE) {
      const firstLine = Buffer.concat(stderr).toString().trim().split('\n')[0] ?? '';
      return `a test command in it ended with ${signal ?? code}${firstLine === '' ? '' : ` and printed "${firstLine}"`}`;
    }
    const findings = findingsSchema.parse(JSON.parse(Buffer.concat(stdout).toString()));
    const broken = Object.entries(findings).flatMap(([what, works]) => (works ? [] : [`"${what}"`]));
    return broken.length === 0 ? null : `it failed the checks ${broken.join(', ')}`;
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
}

/** Returns a port that nothing on this machine listens on. In a sandbox that shares the host's network, the probe would reach a listener there instead of the meter. */
async function freePort(): Promise<number> {
  const server = await greet({ port: 0, host: '127.0.0.1' });
  const port = portOf(server);
  await new Promise((closed) => server.close(closed));
  return port;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function greet(where: ListenOptions): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(GREETING);
    });
    server.on('error', reject);
    server.listen(where, () => resolve(server));
  });
}
