import type { Asked, Found, Rule } from './rule.js';

/** Asks somebody else. What it learns, the rules that follow are told. */
export interface Inquiry extends Omit<Rule, 'ask'> {
  ask(asked: Asked): Promise<{ readonly found: Found | null; readonly learned: Partial<Pick<Asked, 'human' | 'lineType'>> }>;
}
