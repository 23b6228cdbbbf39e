/** A value as it is filled in: its type survives where it stands alone. Null leaves the whole field out. */
export type Value = string | number | boolean | null;

/** Looks a placeholder's value up. */
export type Values = (name: string) => Value;

/** A text with places to fill. */
export interface Template {
  readonly parts: readonly (string | { readonly placeholder: string })[];
}

const TOKEN = /\{\{|\}\}|\{([a-z][a-z0-9_.]*)\}|[{}]/gu;

/**
 * Reads `Hello {to}`; `{{` and `}}` are braces.
 *
 * @throws RangeError for a brace that opens or closes nothing.
 */
export function parseTemplate(text: string): Template {
  const parts: (string | { placeholder: string })[] = [];
  let literal = '';
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    literal += text.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[0] === '{{' || match[0] === '}}') literal += match[0][0];
    else if (match[1] === undefined)
      throw new RangeError(
        `"${match[0]}" at character ${match.index + 1} belongs to no placeholder: write ${match[0]}${match[0]} for a brace`,
      );
    else {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push({ placeholder: match[1] });
    }
  }
  literal += text.slice(at);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return { parts };
}

/** The names of a template's placeholders. */
export function placeholdersOf({ parts }: Template): readonly string[] {
  return parts.flatMap((part) => (typeof part === 'string' ? [] : [part.placeholder]));
}

/** A reader of templates that reads each text once. */
export function createTemplates(): (text: string) => Template {
  const known = new Map<string, Template>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const template = parseTemplate(text);
    known.set(text, template);
    return template;
  };
}

/** Fills a template; `escape` makes a value fit for where it stands. Null as soon as one of its values is. */
export function fill({ parts }: Template, values: Values, escape: (text: string) => string = (text) => text): Value {
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') {
    const value = values(only.placeholder);
    return typeof value === 'string' ? escape(value) : value;
  }
  let filled = '';
  for (const part of parts) {
    if (typeof part === 'string') filled += part;
    else {
      const value = values(part.placeholder);
      if (value === null) return null;
      filled += escape(String(value));
    }
  }
  return filled;
}
