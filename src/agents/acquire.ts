import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { PreflightError } from '../errors.js';
import type { AgentAdapter } from './adapter.js';
import { probeVersion } from './version.js';

/** An agent that is ready to start. */
export interface InstalledAgent {
  bin: string;
  /** What the binary said of itself; null when it would not say. */
  version: string | null;
  /** Must stay readable inside the sandbox. */
  root: string;
}

export interface AcquireOptions {
  cacheDir: string;
  /** For the installer: the user's own environment (registry, proxy, certificates), without our variables. */
  env: Record<string, string>;
  signal: AbortSignal;
  /** @default 300_000 */
  timeoutMs?: number;
  onProgress(bytesOnDisk: number): void;
}

const RECEIPT = 'install.json';
const PROGRESS_EVERY_MS = 500;

const receiptSchema = z.object({ version: z.nullable(z.string()), bin: z.string() });

/** The agent at its pinned version, if an earlier run installed it; null otherwise. */
export async function findInstalled(adapter: AgentAdapter, cacheDir: string): Promise<InstalledAgent | null> {
  const root = installDir(adapter, cacheDir);
  try {
    const receipt = receiptSchema.parse(JSON.parse(await readFile(join(root, RECEIPT), 'utf8')));
    const bin = join(root, receipt.bin);
    await access(bin);
    return { bin, version: receipt.version, root };
  } catch {
    return null;
  }
}

/**
 * Installs the agent from its registry into the cache, whole or not at all: into a staging directory, started once to
 * see that it runs, then renamed. Install scripts stay off.
 * Errors: PreflightError `preflight.agent_install`.
 */
export async function acquireAgent(adapter: AgentAdapter, options: AcquireOptions): Promise<InstalledAgent> {
  const root = installDir(adapter, options.cacheDir);
  await sweepStaging(dirname(root));
  const staging = join(dirname(root), `.staging-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(staging, { recursive: true });
  try {
    await npmInstall(adapter, staging, options);
    const { bin, version } = await firstThatRuns(adapter, staging);
    await writeFile(join(staging, RECEIPT), JSON.stringify({ version, bin }));
    await rename(staging, root).catch(async (error: unknown) => {
      // Another run may have finished the same install first; its result is as good.
      if (!(await findInstalled(adapter, options.cacheDir))) throw error;
    });
    return { bin: join(root, bin), version, root };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function installDir(adapter: AgentAdapter, cacheDir: string): string {
  return join(cacheDir, 'agents', adapter.id, adapter.acquire.version);
}

/** Removes what a killed install left: staging directories whose process is gone. */
async function sweepStaging(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    const pid = Number(/^\.staging-(\d+)-/.exec(name)?.[1]);
    if (pid && !isAlive(pid)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function npmInstall(adapter: AgentAdapter, prefix: string, options: AcquireOptions): Promise<void> {
  const spec = `${adapter.acquire.package}@${adapter.acquire.version}`;
  const args = [
    'install',
    spec,
    '--prefix',
    prefix,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const timeoutMs = options.timeoutMs ?? 300_000;
  const timeout = AbortSignal.timeout(timeoutMs);
  const npm = spawn('npm', args, {
    cwd: prefix,
    env: options.env,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: AbortSignal.any([options.signal, timeout]),
  });
  let complaint = '';
  npm.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-8_000);
  });
  const progress = setInterval(() => {
    void bytesUnder(prefix).then(options.onProgress);
  }, PROGRESS_EVERY_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      npm.once('error', reject);
      npm.once('close', resolve);
    });
    if (code !== 0) throw installFault(spec, npmReason(complaint));
  } catch (error) {
    if (error instanceof PreflightError || options.signal.aborted) throw error;
    if (timeout.aborted) throw installFault(spec, `npm did not finish within ${timeoutMs / 1000} s`);
    throw installFault(spec, error instanceof Error ? error.message : String(error));
  } finally {
    clearInterval(progress);
  }
}

function installFault(spec: string, reason: string): PreflightError {
  const offline = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(reason);
  const noNpm = /spawn npm ENOENT/.test(reason);
  return new PreflightError(`${spec} could not be installed: ${noNpm ? 'npm is not on PATH' : reason}.`, {
    code: 'preflight.agent_install',
    fix: offline
      ? 'The npm registry cannot be reached from here: connect once (later runs need no network), or point --agent-bin at an installed one.'
      : 'Install it yourself and point --agent-bin at its binary.',
  });
}

/** npm's own reason, one line of it. */
function npmReason(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '' && !/complete log of this run|^npm warn/i.test(line));
  const told = lines.filter((line) =>
    /^(code|errno) |network|registry|not found|E\d{3}|ENO|ETARGET/i.test(line),
  );
  return (
    (told.length > 0 ? told.slice(0, 3) : lines.slice(0, 2)).join('; ').replace(/\.$/, '') ||
    'npm gave no reason'
  );
}

async function firstThatRuns(
  adapter: AgentAdapter,
  staging: string,
): Promise<{ bin: string; version: string | null }> {
  const seen: string[] = [];
  for (const candidate of adapter.acquire.bins) {
    const bin = join('node_modules', candidate);
    const exists = await access(join(staging, bin)).then(
      () => true,
      () => false,
    );
    if (!exists) continue;
    const probe = await probeVersion(join(staging, bin), adapter.versionArgs);
    if (probe.ok) return { bin, version: probe.version };
    seen.push(`${candidate}: ${probe.reason}`);
  }
  throw new PreflightError(
    seen.length > 0
      ? `${adapter.id} was installed but does not start (${seen.join('; ')}).`
      : `${adapter.acquire.package} has no binary for this machine (${process.platform}-${process.arch}).`,
    { code: 'preflight.agent_install', fix: 'Point --agent-bin at a binary that runs here.' },
  );
}

async function bytesUnder(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
