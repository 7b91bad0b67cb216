import { fork } from 'node:child_process';
import { join } from 'node:path';

/** A program of the bench in a process of its own. It answers each message with one. */
export interface Program<Ready> {
  ready: Ready;
  ask<Answer>(message: unknown): Promise<Answer>;
  end(): Promise<void>;
}

/** Starts `programs/NAME.ts`, which says `ready` first. Errors: it exited. */
export async function startProgram<Ready = null>(
  name: string,
  options: unknown = null,
): Promise<Program<Ready>> {
  const child = fork(join(import.meta.dirname, 'programs', `${name}.js`), [JSON.stringify(options)]);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const nextMessage = <T>() =>
    Promise.race([
      new Promise<T>((resolve) => child.once('message', (message) => resolve(message as T))),
      exited.then(() => {
        throw new Error(`the ${name} process exited with ${child.exitCode ?? child.signalCode}`);
      }),
    ]);
  return {
    ready: await nextMessage<Ready>(),
    ask: (message) => {
      const answer = nextMessage<never>();
      child.send(message as object);
      return answer;
    },
    end() {
      if (child.connected) child.disconnect();
      return exited;
    },
  };
}
