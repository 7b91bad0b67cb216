/** Gives a figure of code its button; where the clipboard is out of reach, the text is selected instead. */
export function makeCopyable(figure: HTMLElement): void {
  const [button, code] = [figure.querySelector<HTMLButtonElement>('.copy'), figure.querySelector('code')];
  if (!button || !code) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const copied = await copy(code);
    button.textContent = copied ? 'Copied' : 'Selected';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1_500);
  });
}

async function copy(code: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    return true;
  } catch {
    getSelection()?.selectAllChildren(code);
    return false;
  }
}
