import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aider } from '../../../src/agents/adapters/aider.js';
import { pip } from '../../../src/agents/install/pip.js';
import { named } from '../../needs.js';

/* A Python package index with a different archive under the name and version of a pinned agent. */

const [pin] = aider.pins;
if (pin.kind !== 'pip') throw new Error('aider comes from the Python package index');
const WHEEL = 'aider_chat-0.86.2-py3-none-any.whl';
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('aider/__init__.py', '')
    info = 'aider_chat-0.86.2.dist-info/'
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: aider-chat\\nVersion: 0.86.2\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', '')
`;

import { testHost } from '../host/test-host.js';

const user = testHost().env;
const fits = await pip.fits(pin, testHost());

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cab-index-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const missing = fits.ok ? null : fits.reason;
test.skipIf(missing)(
  named('attack: the index has a different archive for a pinned version', missing),
  async () => {
    execFileSync('python3', ['-c', MAKE_WHEEL, join(dir, WHEEL)]);
    const index = createServer((request, response) => {
      if (request.url?.endsWith(WHEEL)) return response.end(readFileSync(join(dir, WHEEL)));
      response.setHeader('content-type', 'text/html');
      return response.end(`<a href="/files/${WHEEL}">${WHEEL}</a>`);
    });
    await new Promise<void>((listening) => index.listen(0, '127.0.0.1', listening));
    try {
      const { port } = index.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}/simple/`;
      const env = {
        ...user,
        PIP_INDEX_URL: url,
        UV_DEFAULT_INDEX: url,
        UV_NO_CACHE: '1',
        PIP_NO_CACHE_DIR: '1',
      };
      const run = { env, signal: new AbortController().signal, timeoutMs: 100_000 };
      await expect(pip.install(pin, dir, testHost({ cacheDir: dir, env }), run)).rejects.toThrow(
        'the index gave another archive than the one that was tested with this program',
      );
    } finally {
      index.close();
    }
  },
);
