import { StringDecoder } from 'node:string_decoder';
import type { Trace } from './trace.js';

type Stream = 'stdout' | 'stderr';

/** The events keep the beginning and the end of the agent's output, up to these sizes. Characters between them are only counted. */
const MAX_HEAD_CHARS = 7 * 1024 * 1024;
const MAX_TAIL_CHARS = 1024 * 1024;

/** Emits the agent's output as events. Call `end` after the last chunk. */
export function outputEvents(trace: Trace) {
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let headChars = 0;
  let stderrTail = '';
  const tail: Array<{ stream: Stream; text: string }> = [];
  let [tailChars, droppedChars] = [0, 0];

  const emit = (stream: Stream, text: string) => {
    if (text !== '') trace.emit({ type: 'agent_output', stream, text });
  };
  const keepInTail = (stream: Stream, text: string) => {
    if (text === '') return;
    tail.push({ stream, text });
    tailChars += text.length;
    while (tailChars > MAX_TAIL_CHARS) {
      const [oldest] = tail;
      if (oldest === undefined) break;
      const dropped = Math.min(oldest.text.length, tailChars - MAX_TAIL_CHARS);
      oldest.text = oldest.text.slice(dropped);
      if (oldest.text === '') tail.shift();
      tailChars -= dropped;
      droppedChars += dropped;
    }
  };
  return {
    push(stream: Stream, chunk: Buffer) {
      const text = decoders[stream].write(chunk);
      if (stream === 'stderr') stderrTail = (stderrTail + text).slice(-2_000);
      const room = MAX_HEAD_CHARS - headChars;
      headChars += Math.min(room, text.length);
      emit(stream, text.slice(0, room));
      keepInTail(stream, text.slice(room));
    },
    end() {
      if (droppedChars > 0) {
        const message = `The agent printed more than 8 MB; ${droppedChars.toLocaleString('en')} characters in the middle are not kept.`;
        trace.emit({ type: 'warning', message });
        emit('stdout', `\n… ${message} …\n`);
      }
      for (const { stream, text } of tail.splice(0)) emit(stream, text);
    },
    lastStderrLine: () => stderrTail.trim().split('\n').at(-1)?.trim() || null,
  };
}
