/** Keys of local servers are often a word such as `none`; to cut that out of all text would hide nothing and garble much. */
const MIN_SECRET_CHARS = 8;

/** Cuts text that equals `secret` out of whatever is to be shown or kept. */
export function scrubber(secret: string | null): <T>(value: T) => T {
  if (secret === null || secret.length < MIN_SECRET_CHARS) return (value) => value;
  const written = JSON.stringify(secret).slice(1, -1);
  return (value) => {
    const json = JSON.stringify(value);
    return json.includes(written) ? JSON.parse(json.replaceAll(written, '[key]')) : value;
  };
}
