import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { runEventSchema } from '../src/model/events.js';
import { recordSchema } from '../src/model/record.js';
import { sweepSchema } from '../src/model/sweep-record.js';

/** Writes the JSON Schemas of `record.json`, of a line of `events.jsonl`, and of the record of a sweep. */
export async function writeSchemas(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const schemas = {
    'record.schema.json': { title: 'CodingAgentBench CLI run record', schema: recordSchema },
    'events.schema.json': { title: 'CodingAgentBench CLI run event', schema: runEventSchema },
    'sweep.schema.json': { title: 'CodingAgentBench CLI sweep record', schema: sweepSchema },
  };
  for (const [file, { title, schema }] of Object.entries(schemas)) {
    const json = { title, ...z.toJSONSchema(schema) };
    await writeFile(join(outDir, file), `${JSON.stringify(json, null, 2)}\n`);
  }
}
