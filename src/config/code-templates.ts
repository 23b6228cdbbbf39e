import { z } from 'zod';
import { tongueOf } from '../domain/code-locale.js';
import { BUILT_IN_PREFIX, type CodeTemplate, type CodeTexts, createCodeTexts } from '../domain/code-texts.js';
import { templateTextProblem } from '../domain/code-variables.js';
import { DomainError } from '../domain/errors.js';
import { CHANNELS } from '../domain/message.js';

const MOST_WEIGHT = 1_000;
const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'expected 1 to 32 characters of a-z 0-9 _ -');

const variant = z.strictObject({
  id: name,
  weight: z
    .int(`expected a whole number of 0 to ${MOST_WEIGHT}`)
    .min(0, `expected a whole number of 0 to ${MOST_WEIGHT}`)
    .max(MOST_WEIGHT, `expected a whole number of 0 to ${MOST_WEIGHT}`)
    .default(1),
  text: z.string(),
});

/** An operator's own text of codes in the configuration file. */
const template = z
  .strictObject({
    id: name.refine((id) => !id.startsWith(BUILT_IN_PREFIX), `expected another name: those that begin with ${BUILT_IN_PREFIX} are taken`),
    channel: z.enum(CHANNELS, `expected one of ${CHANNELS.join(', ')}`),
    purpose: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, 'expected a purpose in lower case such as login, or leave it out for all')
      .optional(),
    locales: z.record(z.string(), z.array(variant).min(1, 'expected at least one variant').max(20, 'expected at most 20 variants')),
  })
  .superRefine(({ channel, locales }, context) => {
    const report = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['locales', ...path], message });
    if (Object.keys(locales).length === 0) report([], 'expected at least one language');
    for (const [tag, variants] of Object.entries(locales)) {
      if (tongueOf(tag) === null) report([tag], 'expected a language tag such as en or pt-BR');
      if (variants.every(({ weight }) => weight === 0)) report([tag], 'expected a variant with a weight above 0');
      const ids = new Set<string>();
      for (const [index, { id, text }] of variants.entries()) {
        if (ids.has(id)) report([tag, index, 'id'], `"${id}" is used twice`);
        ids.add(id);
        const problem = templateTextProblem(text, channel);
        if (problem !== null) report([tag, index, 'text'], problem);
      }
    }
  });

/** The part of the configuration file that says what codes are sent with. */
export const codeTemplateFields = {
  default_locale: z.string().default('en'),
  templates: z.array(template).max(200, 'expected at most 200 templates').default([]),
};

interface Given {
  readonly default_locale: string;
  readonly templates: readonly z.output<typeof template>[];
}

/** Reports what is wrong with the templates together: two that say the same thing, a default language in which nothing can be said. */
export function checkCodeTemplates(given: Given, context: z.core.$RefinementCtx): void {
  const report = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const ids = new Set<string>();
  const said = new Map<string, string>();
  for (const [index, { id, channel, purpose, locales }] of given.templates.entries()) {
    if (ids.has(id)) report(['templates', index, 'id'], `"${id}" is used twice`);
    ids.add(id);
    for (const tag of Object.keys(locales)) {
      const tongue = tongueOf(tag);
      if (tongue === null) return;
      const place = `${channel} ${purpose ?? ''} ${tongue.tag}`;
      const other = said.get(place);
      if (other !== undefined)
        report(
          ['templates', index, 'locales', tag],
          `the template "${other}" says the same: ${channel}, ${purpose ?? 'any purpose'}, ${tag}`,
        );
      said.set(place, id);
    }
  }
  try {
    codeTextsOf(given);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    report(['default_locale'], error.message);
  }
}

/** The catalogue of what was configured. */
export function codeTextsOf({ templates, default_locale: defaultLocale }: Given): CodeTexts {
  return createCodeTexts(
    templates.map(({ id, channel, purpose, locales }): CodeTemplate => ({ id, channel, purpose: purpose ?? null, locales })),
    defaultLocale,
  );
}
