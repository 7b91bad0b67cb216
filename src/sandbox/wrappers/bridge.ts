/**
 * Runs inside the sandbox, built on its own as `bridge.cjs`: `node bridge.cjs PORT SOCKET COMMAND ARGS…`.
 * The sandbox has a network of its own with nothing in it; this carries its loopback PORT to the meter's unix socket
 * outside, and lives exactly as long as the command.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { constants } from 'node:os';

const [port, socketPath = '', command = '', ...args] = process.argv.slice(2);

const server = createServer({ noDelay: true }, (client) => {
  const meter = connect(socketPath);
  client.pipe(meter).pipe(client);
  // A reset, not an end: what was cut off must not look complete.
  meter.on('error', () => client.resetAndDestroy());
  // A request given up must end upstream at once: its tokens are being paid for.
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

// A signal reaches the command by itself; the bridge has to stay until the command has dealt with it.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
