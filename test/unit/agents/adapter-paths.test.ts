import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchOf, NO_CUSTOMISATION } from '../../../src/agents/launch.js';
import { loadAdapter } from '../../../src/agents/load-adapter.js';
import { attack } from '../../attacks/attack.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'cab-adapter-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const PIN = "{ kind: 'path', version: '1', command: 'x', howToInstall: '', runsOn: { kind: 'native' } }";
const NPM = (bin: string) =>
  `{ kind: 'npm', package: 'x', version: '1.0.0', bins: ['${bin}'], runsOn: { kind: 'native' } }`;

function adapterFile(name: string, { pin = PIN, more = '' }: { pin?: string; more?: string }): string {
  const file = join(dir, `${name}.mjs`);
  writeFileSync(
    file,
    `export default { id: 'stray', homepage: '', command: 'x', wire: 'chat', argv: () => ['x'], pins: [${pin}], ${more} };`,
  );
  return file;
}

const CONTEXT = {
  ...{ workspace: '/w', home: '/h', tmp: '/t', baseUrl: 'http://x/v1', origin: 'http://x' },
  ...{ token: 't', model: 'm', prompt: 'p', agentsMd: null },
};

for (const [index, path] of ['/etc/hosts', '../outside', 'a/../../outside', '..'].entries()) {
  attack(`an adapter has files moved at ${path}`, { aim: 'sandbox' }, async () => {
    const file = adapterFile(`config-${index}`, { more: `projectConfig: ['${path}']` });
    await expect(loadAdapter(file)).rejects.toThrow(
      /is invalid at `default\.projectConfig\.0`: It leads out/,
    );
  });

  attack(`an adapter has a program started at ${path}`, { aim: 'sandbox' }, async () => {
    const file = adapterFile(`bins-${index}`, { pin: NPM(path) });
    await expect(loadAdapter(file)).rejects.toThrow(/It leads out of its directory/);
  });

  attack(`an adapter has a file written at ${path}`, { aim: 'sandbox' }, async () => {
    const more = `files: () => [{ path: '${path}', content: '' }]`;
    const adapter = await loadAdapter(adapterFile(`files-${index}`, { more }));
    expect(() => launchOf(adapter, CONTEXT, NO_CUSTOMISATION)).toThrow(/outside of the agent's home/);
  });
}

it('accepts files below the home and the workspace', async () => {
  const more = "projectConfig: ['.x/config', '..x'], files: () => [{ path: '.config/x.json', content: '' }]";
  const adapter = await loadAdapter(adapterFile('good', { more }));
  expect(launchOf(adapter, CONTEXT, NO_CUSTOMISATION).files).toHaveLength(1);
});
