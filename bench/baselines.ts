import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Row } from './figure.js';

const FILE = 'bench/baselines.json';

/** What an earlier run measured, and on what. */
export interface Baselines {
  machine: string;
  values: Record<string, number>;
}

/** The kind of machine this is: numbers of different kinds are not compared. */
export function machineKind(): string {
  const [major] = process.versions.node.split('.');
  return `${process.platform} ${process.arch}, ${availableParallelism()} cores, node ${major}`;
}

export async function readBaselines(): Promise<Baselines> {
  return JSON.parse(await readFile(FILE, 'utf8'));
}

/** Keeps the rows as baselines; those of figures that were not measured stay, unless they are of another machine. */
export async function writeBaselines(before: Baselines, rows: readonly Row[]): Promise<void> {
  const machine = machineKind();
  const values = { ...(before.machine === machine && before.values) };
  for (const { name, value } of rows) values[name] = Math.round(value * 1000) / 1000;
  await writeFile(FILE, `${JSON.stringify({ machine, values }, null, 2)}\n`);
}
