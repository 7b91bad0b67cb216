import { fork } from 'node:child_process';
import { join } from 'node:path';

/** A benchmark program in its own process. It answers each message with one message. */
export interface Program<Ready> {
  ready: Ready;
  ask<Answer>(message: unknown): Promise<Answer>;
  end(): Promise<void>;
}

/**
 * Starts `programs/NAME.ts` and waits for its first message, `ready`.
 *
 * @throws Error when the program exits before it answers
 */
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
