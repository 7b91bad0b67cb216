import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Visitor } from './cli.js';
import { BIN, missing, Terminal, until } from './terminal.js';

/** An endpoint with two models, that tells them when it is let. */
async function slowEndpoint() {
  let tell = () => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const server = createServer(async (_, response) => {
    await told;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'first' }, { id: 'second' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    tell,
    [Symbol.dispose]() {
      tell();
      server.closeAllConnections();
      server.close();
    },
  };
}

describe.skipIf(missing)(
  `what is typed while the wizard looks something up${missing ? ` (missing: ${missing})` : ''}`,
  () => {
    it('answers the question that comes next, and ctrl-c ends at once', async () => {
      using visitor = new Visitor();
      using endpoint = await slowEndpoint();
      const terminal = new Terminal(visitor, { columns: 90, rows: 30 }, `${process.execPath} ${BIN} check`);
      try {
        await until(terminal, 'Which agent?');
        // As fast as a terminal takes it: servers of this machine are being looked for behind the first Enter.
        terminal.press('opencode', 'Enter', endpoint.url, 'Enter');
        await until(terminal, `✔ endpoint  ${endpoint.url}`);
        await until(terminal, 'asking for its models …');
        terminal.press('secon');
        await until(terminal, 'what you type goes to the next question');
        endpoint.tell();
        await until(terminal, /Which model\?\s+secon/);
        terminal.press('d', 'Enter');
        await until(terminal, '✔ model     second');
        await until(terminal, 'Which task?');
        terminal.press('C-c');
        await until(terminal, /Nothing was run\.[\s\S]*exit 130/);
        expect(terminal.text({ all: true })).not.toContain('-icanon');
      } finally {
        terminal.close();
      }
    });

    it('is left at once by ctrl-c in the middle of a look-up', async () => {
      using visitor = new Visitor();
      using endpoint = await slowEndpoint();
      const terminal = new Terminal(visitor, { columns: 90, rows: 30 }, `${process.execPath} ${BIN} check`);
      try {
        await until(terminal, 'Which agent?');
        terminal.press('opencode', 'Enter', endpoint.url, 'Enter');
        await until(terminal, 'asking for its models …');
        terminal.press('typed', 'C-c');
        // The endpoint has not answered, and never will.
        await until(terminal, /Nothing was run\.[\s\S]*exit 130/);
        expect(terminal.text({ all: true })).not.toContain('-icanon');
      } finally {
        terminal.close();
      }
    });
  },
);
