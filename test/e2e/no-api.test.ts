import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Visitor } from './cli.js';
import { plainMachine } from './plain-machine.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An endpoint that answers every request by `handler`, and counts them. */
async function serve(handler: Handler) {
  let calls = 0;
  const server = createServer((request, response) => {
    calls++;
    request.resume().on('end', () => handler(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls: () => calls,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const always =
  (status: number, type: string, body: string): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': type }).end(body);
const HTML = '<!doctype html><html><head><title>Welcome in</title></head><body>Log in</body></html>';
const page = always(200, 'text/html', HTML);
const json = (body: unknown, status = 200) => always(status, 'application/json', JSON.stringify(body));
const models = json({ object: 'list', data: [{ id: 'm', object: 'model' }] });

const NO_API: Array<[string, Handler, string]> = [
  ['a web page on every path', page, 'that is a web page, not an API'],
  [
    'a web page to chat, beside a good list of models',
    (request, response) => (request.method === 'GET' ? models : page)(request, response),
    'that is a web page, not an API',
  ],
  ['plain text', always(200, 'text/plain', 'It works!'), 'that is plain text, not an API'],
  ['an empty JSON object', json({}), 'that is JSON of another kind, not an API'],
  ['a health report', json({ status: 'ok', model: 'm' }), 'that is JSON of another kind, not an API'],
  [
    'words about a path it does not have',
    json({ error: 'Unexpected endpoint or method.' }),
    'Unexpected endpoint',
  ],
  [
    'an XML document',
    always(200, 'application/xml', '<?xml version="1.0"?><status>up</status>'),
    'that is an XML document, not an API',
  ],
];

const commands = ['check', 'doctor'] as const;

/** Asks the endpoint by `command`; doctor is spared all toolchains of this machine. */
async function ask(command: (typeof commands)[number], url: string, model = ['--model', 'm']) {
  using visitor = new Visitor();
  const env = command === 'doctor' ? plainMachine(visitor.dir) : {};
  return await visitor.run([command, '--endpoint', url, ...model, '--timeout', '20'], { env });
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

describe.concurrent.each(commands)('%s of what answers 200 and is no API', (command) => {
  it.each(NO_API)('%s: fatal, and said as what it is', async (_, handler, said) => {
    using server = await serve(handler);
    const { code, stdout } = await ask(command, server.url);
    expect(oneLine(stdout)).toContain(said);
    expect(code).toBe(3);
    expect(stdout).not.toMatch(/The server has it|ready/);
    expect(oneLine(stdout)).toContain('give --endpoint the base URL of the API');
    // No agent was let loose on it.
    expect(server.calls()).toBeLessThan(80);
  });

  it('a web page, and no model was named', async () => {
    using server = await serve(page);
    const { code, stdout, stderr } = await ask(command, server.url, []);
    expect(oneLine(stdout + stderr)).toContain('that is a web page, not an API');
    expect(code).toBe(3);
  });
});

const NO_KEY: Array<[string, Handler]> = [
  [
    'as an error with a type',
    json(
      { error: { message: 'No connected db.', type: 'internal_server_error', param: null, code: '500' } },
      500,
    ),
  ],
  ['as a bare word', json({ detail: 'No connected db.' }, 500)],
  [
    'as an authentication error',
    json(
      { error: { message: 'Authentication Error, No api key passed in.', type: 'auth_error', code: 500 } },
      500,
    ),
  ],
];

describe.concurrent.each(commands)(
  '%s without a key of a gateway that wants one and answers 500',
  (command) => {
    it.each(NO_KEY)('%s: a key is missing', async (_, handler) => {
      using server = await serve(handler);
      for (const model of [['--model', 'm'], []]) {
        const { code, stdout, stderr } = await ask(command, server.url, model);
        expect(oneLine(stdout + stderr)).toContain('A key is probably missing: none was given.');
        expect(stdout + stderr).toMatch(/--key-file/);
        expect(stdout).not.toContain('ready');
        expect(code).toBe(3);
      }
    });
  },
);

it.concurrent('doctor is not ready when every question failed, and asks for a key that was not given', async () => {
  const fails = json({ error: { message: 'Internal server error' } }, 500);
  using server = await serve((request, response) =>
    (request.method === 'GET' ? models : fails)(request, response),
  );
  const { code, stdout } = await ask('doctor', server.url);
  expect(oneLine(stdout)).toContain('None of the 3 questions was answered.');
  expect(oneLine(stdout)).toContain('No key was given');
  expect(stdout).not.toContain('ready');
  expect(code).toBe(3);
});
