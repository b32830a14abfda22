/** A text without control characters: names come from other hosts, and this goes to a terminal. */
export function plain(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, "?");
}
