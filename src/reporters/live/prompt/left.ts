/** The user left instead of answering. */
export class LeftPrompt extends Error {}
