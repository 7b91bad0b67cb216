import { useInput, useStdin } from 'ink';

/** Listens for ctrl-c where keys can be read at all; `useInput` throws where they cannot. */
export function Keys({ onInterrupt }: { onInterrupt: () => void }) {
  return useStdin().isRawModeSupported ? <RawKeys onInterrupt={onInterrupt} /> : null;
}

function RawKeys({ onInterrupt }: { onInterrupt: () => void }) {
  useInput((input, key) => {
    if (key.ctrl && input === 'c') onInterrupt();
  });
  return null;
}
