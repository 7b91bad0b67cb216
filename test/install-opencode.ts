import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { opencode } from '../src/agents/adapters/opencode.js';
import { findAgent, installFromRegistry } from '../src/agents/install.js';
import { testHost } from './unit/host/test-host.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** XDG_CACHE_HOME of all test runs: agents are installed once. */
    cacheHome: string;
    /** Why real opencode cannot be run here; null when it can. */
    opencodeMissing: string | null;
  }
}

const ROOT = join(import.meta.dirname, '..');

/** Installs real opencode below node_modules where a registry can be reached. */
export default async function setup(project: TestProject): Promise<void> {
  const cacheHome = join(ROOT, 'node_modules', '.cache', 'tests');
  const cacheDir = join(cacheHome, 'codingagentbench');
  project.provide('cacheHome', cacheHome);
  project.provide('opencodeMissing', await install(cacheDir));
}

async function install(cacheDir: string): Promise<string | null> {
  const host = testHost({ cacheDir });
  try {
    const standing = await findAgent(opencode, host);
    if (standing.state === 'installed') return null;
    await installFromRegistry(opencode, standing.pin, {
      host,
      signal: AbortSignal.timeout(240_000),
      onProgress: () => {},
    });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
