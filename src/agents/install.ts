import { randomBytes } from 'node:crypto';
import { access, readdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { findOnPath } from '../host/find-on-path.js';
import type { Host } from '../host/host.js';
import { makeCacheDir } from '../host/make-dir.js';
import { removeTree } from '../host/remove-tree.js';
import { PreflightError } from '../model/errors.js';
import type { AgentAdapter } from './adapter.js';
import type { InstalledAgent } from './agent-binary.js';
import { useBinary } from './agent-binary.js';
import { go } from './install/go.js';
import { type Fit, type Installer, InstallerError } from './install/installer.js';
import { npm } from './install/npm.js';
import { pip } from './install/pip.js';
import { type Pin, specOf } from './pin.js';
import { FIRST_PROBE_TIMEOUT_MS, probeVersion } from './version.js';

/** Whether an agent is installed on this machine. */
export type InstallStatus =
  | { state: 'installed'; agent: InstalledAgent; note: string | null }
  | {
      state: 'to_install';
      pin: InstallablePin;
      /** As in "from the npm registry". */
      registry: string;
      /** Why this is not the newest pin; null when it is. */
      note: string | null;
    };

type InstallablePin = Exclude<Pin, { kind: 'path' }>;

export interface InstallOptions {
  host: Host;
  signal: AbortSignal;
  /** @default the timeout of the installer */
  timeoutMs?: number;
  /** Called twice a second, and once more at the end with `done` and the total size. */
  onProgress(bytesOnDisk: number, done: boolean): void;
}

const RECEIPT = 'install.json';
const PROGRESS_EVERY_MS = 500;

const receiptSchema = z.object({ version: z.nullable(z.string()), candidate: z.int() });

/**
 * Chooses the first pin that this machine supports, and checks whether it is installed. Downloads nothing.
 *
 * @throws PreflightError `preflight.agent_unfit` when this machine supports no pin
 * @throws PreflightError `preflight.agent_bin` when the binary on PATH does not start
 */
export async function findAgent(adapter: AgentAdapter, host: Host): Promise<InstallStatus> {
  const misfits: Array<Extract<Fit, { ok: false }>> = [];
  for (const pin of adapter.pins) {
    const note = misfits[0]?.reason ?? null;
    if (pin.kind === 'path') {
      const bin = findOnPath(pin.command, host.env.PATH);
      if (bin !== null) {
        return { state: 'installed', agent: await useBinary(bin, adapter, host), note: `${bin}, from PATH` };
      }
      misfits.push({ ok: false, reason: `there is no ${pin.command} on PATH`, fix: pin.howToInstall });
      continue;
    }
    const installer = installerOf(pin);
    const fit = await installer.fits(pin, host);
    if (!fit.ok) {
      misfits.push(fit);
      continue;
    }
    const agent = await readInstalled(adapter, pin, host);
    if (agent !== null) return { state: 'installed', agent, note };
    return { state: 'to_install', pin, registry: installer.registry, note };
  }
  throw new PreflightError(
    `${adapter.id} cannot be installed here: ${misfits.map(({ reason }) => reason).join('; ')}.`,
    {
      code: 'preflight.agent_unfit',
      fix: misfits.map(({ fix }) => fix).join(' Or: '),
    },
  );
}

/**
 * Installs a pin from its registry into the cache. The installation is atomic: it is made in a staging directory, started
 * once as a test, then renamed.
 *
 * @throws PreflightError `preflight.agent_install`, `preflight.no_such_version`
 * @throws UsageError when the cache is not writable
 * @throws the reason of `options.signal`
 */
export async function installFromRegistry(
  adapter: AgentAdapter,
  pin: InstallablePin,
  options: InstallOptions,
): Promise<InstalledAgent> {
  const { host } = options;
  const installer = installerOf(pin);
  const root = installDir(adapter, pin, host);
  await removeStaleStaging(dirname(root));
  const staging = join(dirname(root), `.staging-${process.pid}-${randomBytes(4).toString('hex')}`);
  await makeCacheDir(host.cacheDir, staging);
  const progress = watchSize(staging, options.onProgress);
  try {
    const timeoutMs = options.timeoutMs ?? installer.timeoutMs;
    await installer.install(pin, staging, host, { env: host.env, signal: options.signal, timeoutMs });
    const receipt = await firstThatStarts(adapter, pin, staging, host);
    await writeFile(join(staging, RECEIPT), JSON.stringify(receipt));
    await moveToCache(staging, root, () => readInstalled(adapter, pin, host));
  } catch (error) {
    if (!(error instanceof InstallerError)) throw error;
    throw installError(pin, installer, error.message);
  } finally {
    progress.stop();
    await removeTree(staging);
  }
  const installed = await readInstalled(adapter, pin, host);
  if (installed === null) throw installError(pin, installer, `${root} cannot be read`);
  options.onProgress(await bytesUnder(root), true);
  return installed;
}

function installerOf(pin: InstallablePin): Installer<InstallablePin> {
  return { npm, pip, go }[pin.kind] as Installer<InstallablePin>;
}

function installDir(adapter: AgentAdapter, pin: InstallablePin, { cacheDir }: Host): string {
  return join(cacheDir, 'agents', adapter.id, pin.version);
}

async function readInstalled(
  adapter: AgentAdapter,
  pin: InstallablePin,
  host: Host,
): Promise<InstalledAgent | null> {
  const root = installDir(adapter, pin, host);
  const installer = installerOf(pin);
  try {
    const receipt = receiptSchema.parse(JSON.parse(await readFile(join(root, RECEIPT), 'utf8')));
    const candidate = installer.candidates(pin, root, host)[receipt.candidate];
    if (candidate === undefined) return null;
    await Promise.all([candidate.file, ...candidate.command].map((file) => access(file)));
    const outside = await Promise.all((await installer.readable(pin, root)).map((path) => realpath(path)));
    return { command: candidate.command, version: receipt.version, readable: [root, ...outside] };
  } catch {
    return null;
  }
}

/** Renames the staging directory. Keeps a valid installation that another run has made meanwhile; replaces a broken one. */
async function moveToCache(staging: string, root: string, existing: () => Promise<unknown>): Promise<void> {
  try {
    await rename(staging, root);
  } catch (error) {
    if ((await existing()) !== null) return;
    await removeTree(root);
    await rename(staging, root).catch(() => {
      throw error;
    });
  }
}

/** Removes the staging directories of killed installations: those whose process is gone. */
async function removeStaleStaging(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    const pid = Number(/^\.staging-(\d+)-/.exec(name)?.[1]);
    // A directory that cannot be removed does no harm.
    if (pid && !isAlive(pid)) await removeTree(join(dir, name)).catch(() => {});
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

async function firstThatStarts(
  adapter: AgentAdapter,
  pin: InstallablePin,
  dir: string,
  host: Host,
): Promise<z.infer<typeof receiptSchema>> {
  const failures: string[] = [];
  for (const [index, { file, command }] of installerOf(pin).candidates(pin, dir, host).entries()) {
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (!exists) continue;
    const probe = await probeVersion(command, adapter, host, FIRST_PROBE_TIMEOUT_MS);
    if (probe.ok) return { version: probe.version, candidate: index };
    failures.push(`${file.slice(dir.length + 1)}: ${probe.reason}`);
  }
  throw new PreflightError(
    failures.length > 0
      ? `${adapter.id} was installed but does not start (${failures.join('; ')}).`
      : `${specOf(pin)} has no binary for this machine (${process.platform}-${process.arch}).`,
    { code: 'preflight.agent_install', fix: 'Point --agent-bin at a binary that runs here.' },
  );
}

const OFFLINE =
  /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|name resolution|name or service not known|NewConnectionError|dns error|error sending request|dial tcp/i;

const UNTRUSTED =
  /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|CERTIFICATE_VERIFY_FAILED|x509:|invalid peer certificate/i;

const NO_SUCH_VERSION = /ETARGET|No matching (version|distribution)|there is no version of|unknown revision/i;

function installError(pin: Pin, { registry }: Installer<InstallablePin>, reason: string): PreflightError {
  if (NO_SUCH_VERSION.test(reason) && !OFFLINE.test(reason)) {
    return new PreflightError(`There is no ${specOf(pin)} in ${registry} for this machine (${reason}).`, {
      code: 'preflight.no_such_version',
      fix: 'Give another --agent-version, or omit it for the pinned version.',
    });
  }
  return new PreflightError(`${specOf(pin)} could not be installed: ${reason}.`, {
    code: 'preflight.agent_install',
    fix: UNTRUSTED.test(reason)
      ? 'This machine does not trust the certificate of the connection. If a proxy uses its own certificate authority, set NODE_EXTRA_CA_CERTS (npm) or SSL_CERT_FILE (pip, uv, go) to its file.'
      : OFFLINE.test(reason)
        ? `${registry.replace(/^t/, 'T')} cannot be reached from here: connect once (later runs need no network), or point --agent-bin at an installed one.`
        : 'Install it yourself and point --agent-bin at its binary.',
  });
}

/** Reports the size of a growing directory at intervals, until `stop`. */
function watchSize(dir: string, onProgress: InstallOptions['onProgress']): { stop(): void } {
  const stopped = new AbortController();
  const watch = async () => {
    while (!stopped.signal.aborted) {
      await delay(PROGRESS_EVERY_MS, undefined, { signal: stopped.signal });
      const bytes = await bytesUnder(dir);
      if (!stopped.signal.aborted) onProgress(bytes, false);
    }
  };
  watch().catch(() => {});
  return { stop: () => stopped.abort() };
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
