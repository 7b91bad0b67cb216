import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Token counts as a server reported them in one answer; null when it reported none. */
export type ReportedUsage = { prompt: number; completion: number } | null;

export interface RecordingProxy {
  port: number;
  /** Of every chat answer with status 200, in order. */
  usages: ReportedUsage[];
  close(): void;
}

/** Stands before a server, changes nothing, and notes what the server itself says it counted. */
export async function recordingProxy(targetPort: number): Promise<RecordingProxy> {
  const usages: ReportedUsage[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const upstream = request(
      { host: '127.0.0.1', port: targetPort, method, path: url, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          outgoing.write(chunk);
        });
        answer.on('end', () => {
          outgoing.end();
          if (url?.endsWith('/chat/completions') && answer.statusCode === 200)
            usages.push(lastUsage(Buffer.concat(chunks).toString()));
        });
        answer.on('error', () => outgoing.destroy());
      },
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    usages,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function lastUsage(text: string): ReportedUsage {
  const found = [...text.matchAll(/"usage":\s*(\{(?:[^{}]|\{[^{}]*\})*\})/g)].at(-1)?.[1];
  if (found === undefined) return null;
  const { prompt_tokens, completion_tokens } = JSON.parse(found);
  return { prompt: prompt_tokens, completion: completion_tokens };
}
