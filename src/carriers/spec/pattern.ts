import { RE2JS } from 're2js';

/** A regular expression that takes time linear in the text, whatever either looks like. */
export interface Pattern {
  /** The named groups, or null where it does not fit. */
  groups(text: string): Readonly<Record<string, string>> | null;
}

/**
 * Reads a pattern in RE2's syntax: no back-references, no looking around, and so nothing that could run away.
 *
 * @throws Error that says what is wrong with it.
 */
export function compilePattern(source: string): Pattern {
  const compiled = RE2JS.compile(source);
  const names = Object.keys(compiled.namedGroups());
  return {
    groups: (text) => {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return null;
      return Object.fromEntries(names.flatMap((name) => (matcher.group(name) === null ? [] : [[name, matcher.group(name)!]])));
    },
  };
}

/** The names of a pattern's groups. @throws Error for a pattern that cannot be used. */
export function groupsOf(source: string): readonly string[] {
  return Object.keys(RE2JS.compile(source).namedGroups());
}
