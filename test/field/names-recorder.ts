import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { writeFileSync } from 'node:fs';

/**
 * Runs a command and, until it has ended, is the only name server of its network namespace: `names-recorder FILE COMMAND…`.
 * Every name is at 127.0.0.1, where nobody listens. FILE gets those that were asked for, as a JSON list; it is not written
 * where a name that is certainly asked for does not come by here.
 */
const [file = '', command = '', ...args] = process.argv.slice(2);
const ADDRESS_QUESTION = 1;
const HEADER_BYTES = 12;
const CERTAIN = 'is-anybody-listening.invalid';

const names = new Set<string>();
const server = createSocket('udp4');
server.on('message', (question, { port, address }) => {
  const { name, end } = readName(question);
  const type = question.readUInt16BE(end);
  if (!name.endsWith('.arpa')) names.add(name.toLowerCase());
  server.send(answerTo(question.subarray(0, end + 4), type === ADDRESS_QUESTION), port, address);
});
await new Promise<void>((resolve) => server.bind(53, '127.0.0.1', resolve));
await lookup(CERTAIN);
const isHeard = names.delete(CERTAIN);
const exitCode = await new Promise<number | null>((resolve) =>
  spawn(command, args, { stdio: 'inherit' }).once('close', resolve),
);
if (isHeard) writeFileSync(file, JSON.stringify([...names].sort()));
server.close();
process.exitCode = exitCode ?? 1;

function readName(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

/** The question sent back as answered: by 127.0.0.1, or by nothing where it was not for an address. */
function answerTo(question: Buffer, withAddress: boolean): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(withAddress ? 1 : 0, 6);
  head.writeUInt32BE(0, 8);
  // The name by a pointer to the question's, type A, class IN, 60 s, four bytes.
  const address = Buffer.from([0xc0, HEADER_BYTES, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
  return withAddress ? Buffer.concat([head, address]) : head;
}
