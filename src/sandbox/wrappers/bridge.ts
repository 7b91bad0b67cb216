/**
 * Runs inside the sandbox, built on its own as `bridge.cjs`: `node bridge.cjs PORT SOCKET COMMAND ARGS…`.
 * The sandbox has its own empty network. The bridge connects loopback PORT inside to the meter's unix socket outside,
 * runs COMMAND, and exits when COMMAND exits.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { constants } from 'node:os';

const [port, socketPath = '', command = '', ...args] = process.argv.slice(2);

const server = createServer({ noDelay: true }, (client) => {
  const meter = connect(socketPath);
  client.pipe(meter).pipe(client);
  // A reset, not an end: a truncated answer must not look complete.
  meter.on('error', () => client.resetAndDestroy());
  // An aborted request must end upstream immediately: the user pays for its tokens.
  client.on('error', () => {}).on('close', () => meter.destroy());
});

server.listen(Number(port), '127.0.0.1', () => {
  const child = spawn(command, args, { stdio: 'inherit' });
  child.on('exit', (code, signal) =>
    process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]),
  );
  child.on('error', (error) => {
    process.stderr.write(`cannot run ${command}: ${error.message}\n`);
    process.exit(127);
  });
});

// The command receives these signals too. The bridge stays until the command exits.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
