/** A known agent that this program cannot drive. It is refused with the reason before any download. */
export interface UndrivableAgent {
  id: string;
  homepage: string;
  reason: string;
}

export const undrivable: readonly UndrivableAgent[] = [
  {
    id: 'plandex',
    homepage: 'https://plandex.ai',
    reason:
      'it makes no model call itself: it needs an account on a Plandex server (Docker and PostgreSQL when self-hosted), which calls the model from outside the sandbox',
  },
  {
    id: 'claude-code',
    homepage: 'https://claude.com/claude-code',
    reason: 'it speaks only the Anthropic Messages API, not an OpenAI-compatible one',
  },
  {
    id: 'gemini-cli',
    homepage: 'https://github.com/google-gemini/gemini-cli',
    reason: 'it speaks only the Gemini API, not an OpenAI-compatible one',
  },
];
