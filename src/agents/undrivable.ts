/** An agent that this program cannot drive, with the reason, so that nobody waits for a download to learn it. */
export interface UndrivableAgent {
  id: string;
  homepage: string;
  reason: string;
}

/** Agents that people ask for. */
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
    reason: 'it speaks the Anthropic Messages API alone, not an OpenAI-compatible one',
  },
  {
    id: 'gemini-cli',
    homepage: 'https://github.com/google-gemini/gemini-cli',
    reason: 'it speaks the Gemini API alone, not an OpenAI-compatible one',
  },
];
