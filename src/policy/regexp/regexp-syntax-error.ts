/** Why a text is no regular expression; the message is meant for whoever wrote it. */
export class RegexpSyntaxError extends Error {
  override readonly name = 'RegexpSyntaxError';
}
