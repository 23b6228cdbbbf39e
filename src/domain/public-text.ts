/**
 * Everything in a Temporal payload is encrypted, and so would be the summaries and details that make an activation readable
 * in Temporal's Web UI. Text that begins with this mark (an invisible separator) is let through in clear, without the mark.
 */
export const PUBLIC_MARK = '\u2063';

/**
 * Marks a summary or current details as readable by everyone who may open Temporal's Web UI. Never for a phone number, a
 * code, a message's text or anything that a client wrote.
 */
export function publicText(text: string): string {
  return PUBLIC_MARK + text;
}
