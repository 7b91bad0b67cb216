import { render, Static, Text, useInput, usePaste, useWindowSize } from 'ink';
import { type Palette, palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { onTerminal } from '../on-terminal.js';
import { LeftPrompt } from './left.js';
import { leaves, type Question } from './question.js';
import { linesOf, type Press, pasted, typedAhead } from './typed-ahead.js';

/** Asks one question after the other on a terminal; what was answered stays above, a line each. */
export interface Prompter {
  /**
   * The answer; rejects with `LeftPrompt` when the user leaves. `topic` names the answer afterwards. Keys that no question
   * has taken yet go to this one.
   */
  ask<T>(topic: string, question: Question<T>): Promise<T>;
  /**
   * Shows that something is waited for. Rejects as `work` does, and with `LeftPrompt` when the user leaves. What is typed
   * meanwhile is kept for the next question.
   */
  wait<T>(what: string, work: Promise<T>): Promise<T>;
  /** A line that stays. */
  note(text: string): void;
  /** Lets go of the terminal. */
  close(): Promise<void>;
}

export interface PrompterOptions {
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  colour: boolean;
}

const TOPIC_COLUMNS = 9;

/** What stands on the live lines: a question, or what is waited for. */
interface Showing {
  lines(paint: Palette, size: { columns: number; rows: number }): string[];
  press(press: Press): void;
}

export function openPrompter({ stdout, stdin, colour }: PrompterOptions): Prompter {
  const paint = palette(colour);
  let past: string[] = [];
  let showing: Showing | null = null;
  const ahead = typedAhead();
  /** The user left when nothing was there to take the key. */
  let hasLeft = false;
  const onPress = (press: Press) => {
    if (showing) showing.press(press);
    else if (press.key.ctrl && leaves(press.input, press.key)) hasLeft = true;
    else ahead.push(press);
  };
  const onKeys = (press: Press) => linesOf(press).forEach(onPress);

  const ui = () => (
    <>
      <Static items={past}>
        {(line, place) => (
          <Text key={place} wrap="truncate-end">
            {line}
          </Text>
        )}
      </Static>
      <Live showing={showing} paint={paint} onKeys={onKeys} onPaste={(text) => onPress(pasted(text))} />
    </>
  );
  const ink = render(ui(), onTerminal(stdout, stdin));
  const show = (next: Showing | null) => {
    showing = next;
    ink.rerender(ui());
  };
  const keep = (line: string) => {
    // Static sees new lines only in a new array.
    past = [...past, line];
  };

  return {
    ask: (topic, question) =>
      new Promise((resolve, reject) => {
        const current: Showing = {
          lines: question.lines,
          press({ input, key }) {
            const outcome = question.press(input, key);
            if (outcome.kind === 'answered') {
              keep(` ${paint.good('✔')} ${topic.padEnd(TOPIC_COLUMNS)} ${safeLine(outcome.echo)}`);
              resolve(outcome.value);
            }
            if (outcome.kind === 'left') reject(new LeftPrompt('The user left.'));
            show(outcome.kind === 'open' ? current : null);
          },
        };
        if (hasLeft) return reject(new LeftPrompt('The user left.'));
        show(current);
        while (showing === current) {
          const press = ahead.take();
          if (press === undefined) break;
          current.press(press);
        }
      }),
    wait: (what, work) =>
      new Promise((resolve, reject) => {
        const current: Showing = {
          // What was typed is not shown: the next question may be the one for the key.
          lines: () => [
            ` ${paint.accent('●')} ${what} …`,
            ...(ahead.isEmpty() ? [] : [paint.dim('   what you type goes to the next question · esc clear')]),
          ],
          press(press) {
            const { input, key } = press;
            if (!leaves(input, key)) ahead.push(press);
            else if (key.escape && !ahead.isEmpty()) ahead.clear();
            else reject(new LeftPrompt('The user left.'));
            show(current);
          },
        };
        if (hasLeft) return reject(new LeftPrompt('The user left.'));
        show(current);
        // First the lines go: what comes of it may show others.
        work.finally(() => show(null)).then(resolve, reject);
      }),
    note(text) {
      keep(` ${paint.warn('!')} ${safeLine(text)}`);
      show(showing);
    },
    async close() {
      show(null);
      await ink.waitUntilRenderFlush();
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}

function Live(props: {
  showing: Showing | null;
  paint: Palette;
  onKeys: (press: Press) => void;
  onPaste: (text: string) => void;
}) {
  const { showing, paint, onKeys, onPaste } = props;
  const size = useWindowSize();
  useInput((input, key) => onKeys({ input, key }));
  usePaste(onPaste);
  // One row short of the window, as everywhere: a frame that fills it is cleared and drawn anew.
  const lines = showing?.lines(paint, size).slice(0, size.rows - 1) ?? [];
  return lines.map((line, place) => (
    <Text key={place} wrap="truncate-end">
      {line}
    </Text>
  ));
}
