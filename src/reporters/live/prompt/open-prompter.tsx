import { render, Static, Text, useInput, usePaste, useWindowSize } from 'ink';
import { type Palette, palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { inkOptions } from '../ink.js';
import { isCancelKey, PromptCancelled, type Question } from './question.js';
import { type Press, pastedText, splitLines, typeAhead } from './type-ahead.js';

/** Asks questions one after the other on a terminal. A line for each answer stays above. */
export interface Prompter {
  /**
   * Asks a question; `topic` labels the answer afterwards. Keys that were typed before go to the question.
   * @throws PromptCancelled when the user cancels.
   */
  ask<T>(topic: string, question: Question<T>): Promise<T>;
  /**
   * Shows `what` until `work` ends. Keys that are typed meanwhile go to the next question.
   * @throws PromptCancelled when the user cancels, and whatever `work` throws.
   */
  wait<T>(what: string, work: Promise<T>): Promise<T>;
  /** Adds a permanent line. */
  note(text: string): void;
  /** Releases the terminal. */
  close(): Promise<void>;
}

export interface PrompterOptions {
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  colour: boolean;
}

const TOPIC_COLUMNS = 9;

/** The content of the live lines: a question, or a wait. */
interface LiveContent {
  lines(paint: Palette, size: { columns: number; rows: number }): string[];
  press(press: Press): void;
}

export function openPrompter({ stdout, stdin, colour }: PrompterOptions): Prompter {
  const paint = palette(colour);
  let permanentLines: string[] = [];
  let content: LiveContent | null = null;
  const ahead = typeAhead();
  /** The user cancelled between two questions. */
  let isCancelled = false;
  const cancellation = () => new PromptCancelled('The user cancelled the prompt.');
  const onPress = (press: Press) => {
    if (content) content.press(press);
    else if (press.key.ctrl && isCancelKey(press.input, press.key)) isCancelled = true;
    else ahead.push(press);
  };
  const onKeys = (press: Press) => splitLines(press).forEach(onPress);

  const ui = () => (
    <>
      <Static items={permanentLines}>
        {(line, index) => (
          <Text key={index} wrap="truncate-end">
            {line}
          </Text>
        )}
      </Static>
      <Live content={content} paint={paint} onKeys={onKeys} onPaste={(text) => onPress(pastedText(text))} />
    </>
  );
  const ink = render(ui(), inkOptions(stdout, stdin));
  const show = (next: LiveContent | null) => {
    content = next;
    ink.rerender(ui());
  };
  const addLine = (line: string) => {
    // Static notices new lines only in a new array.
    permanentLines = [...permanentLines, line];
  };

  return {
    ask: (topic, question) =>
      new Promise((resolve, reject) => {
        const current: LiveContent = {
          lines: question.lines,
          press({ input, key }) {
            const state = question.press(input, key);
            if (state.kind === 'answered') {
              addLine(` ${paint.good('✔')} ${topic.padEnd(TOPIC_COLUMNS)} ${safeLine(state.echo)}`);
              resolve(state.value);
            }
            if (state.kind === 'cancelled') reject(cancellation());
            show(state.kind === 'open' ? current : null);
          },
        };
        if (isCancelled) return reject(cancellation());
        show(current);
        while (content === current) {
          const press = ahead.take();
          if (press === undefined) break;
          current.press(press);
        }
      }),
    wait: (what, work) =>
      new Promise((resolve, reject) => {
        const current: LiveContent = {
          // The typed text is not shown: the next question may ask for the key.
          lines: () => [
            ` ${paint.accent('●')} ${what} …`,
            ...(ahead.isEmpty() ? [] : [paint.dim('   what you type goes to the next question · esc clear')]),
          ],
          press(press) {
            const { input, key } = press;
            if (!isCancelKey(input, key)) ahead.push(press);
            else if (key.escape && !ahead.isEmpty()) ahead.clear();
            else reject(cancellation());
            show(current);
          },
        };
        if (isCancelled) return reject(cancellation());
        show(current);
        // Clear the live lines first: whoever awaits `work` may show others.
        work.finally(() => show(null)).then(resolve, reject);
      }),
    note(text) {
      addLine(` ${paint.warn('!')} ${safeLine(text)}`);
      show(content);
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
  content: LiveContent | null;
  paint: Palette;
  onKeys: (press: Press) => void;
  onPaste: (text: string) => void;
}) {
  const { content, paint, onKeys, onPaste } = props;
  const size = useWindowSize();
  useInput((input, key) => onKeys({ input, key }));
  usePaste(onPaste);
  // One row less than the window: Ink clears the screen for a frame that fills it.
  const lines = content?.lines(paint, size).slice(0, size.rows - 1) ?? [];
  return lines.map((line, index) => (
    <Text key={index} wrap="truncate-end">
      {line}
    </Text>
  ));
}
