import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import { compilePattern } from './pattern.js';

/** What a text was read into, whichever form it had. */
export type Doc = string | number | boolean | null | readonly Doc[] | { readonly [key: string]: Doc };

/** How a text is written. */
export interface Form {
  readonly format: 'json' | 'xml' | 'form' | 'text';
  readonly patterns?: readonly string[] | undefined;
}

const DEEPEST = 40;

const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  // Ids and codes are texts: 007 is not 7.
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Entities that a document defines by itself are an attack or a mistake; the five of XML are always there.
  processEntities: true,
  removeNSPrefix: true,
});

/** A reader of texts of one form; null for a text that does not have it. */
export function createReader(form: Form): (text: string) => Doc | null {
  const patterns = (form.patterns ?? []).map(compilePattern);
  return (text) => {
    try {
      switch (form.format) {
        case 'json':
          return withinDepth(parseJson(text), DEEPEST);
        case 'xml':
          return readXml(text);
        case 'form':
          return readForm(text);
        case 'text': {
          for (const pattern of patterns) {
            const groups = pattern.groups(text);
            if (groups !== null) return groups;
          }
          return null;
        }
      }
    } catch {
      return null;
    }
  };
}

const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?=\s*[,}\]])/gu;

/** JSON whose long whole numbers keep every digit: an id of 19 digits is an id, not an amount. */
function parseJson(text: string): Doc {
  return JSON.parse(text.replace(STRING_OR_LONG_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`))) as Doc;
}

function withinDepth(doc: Doc, left: number): Doc | null {
  if (left === 0) return null;
  if (typeof doc === 'object' && doc !== null) {
    for (const value of Object.values(doc)) if (value !== null && withinDepth(value, left - 1) === null) return null;
  }
  return doc;
}

function readXml(text: string): Doc | null {
  if (/<!(?:DOCTYPE|ENTITY)/iu.test(text) || !SyntaxValidator.validate(text)) return null;
  return xml.parse(text) as Doc;
}

function readForm(text: string): Doc {
  const fields: Record<string, Doc> = Object.create(null) as Record<string, Doc>;
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields[name];
    fields[name] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  }
  return fields;
}

/** Every value at a path; lists are walked by `*` or by a number, and counted by `#`. XML and forms write a list of one as that one. */
export function valuesAt(doc: Doc | null, path: string): readonly Doc[] {
  let here: readonly Doc[] = doc === null ? [] : [doc];
  for (const step of path.split('.')) {
    here = here.flatMap((one): readonly Doc[] => {
      if (Array.isArray(one)) {
        if (step === '*') return one as readonly Doc[];
        if (step === '#') return [one.length];
        const index = /^\d+$/.test(step) ? Number(step) : Number.NaN;
        return index < one.length ? [(one as readonly Doc[])[index]!] : [];
      }
      if (typeof one === 'object' && one !== null) {
        if (Object.hasOwn(one, step)) return [(one as { readonly [key: string]: Doc })[step]!];
        if (step === '*') return [one];
      }
      return step === '0' || step === '*' ? [one] : [];
    });
  }
  return here.filter((one) => one !== null && one !== undefined);
}

/** The value at a path as a text; null where there is none, or where it is no plain value. An XML element with attributes is its text. */
export function textAt(doc: Doc | null, path: string): string | null {
  const [first] = valuesAt(doc, path);
  return first === undefined ? null : plain(first);
}

/** A plain value as a text. */
export function plain(value: Doc): string | null {
  if (typeof value === 'object' && value !== null) {
    const text = (value as { readonly [key: string]: Doc })['#text'];
    return text === undefined ? null : plain(text);
  }
  return value === null ? null : String(value);
}
