import type { FraudSettings } from '../config/fraud.js';
import type { Rule } from './rule.js';

/**
 * Numbers that regulators keep for films and examples, or the ITU for services without a country: nobody's phone, or
 * somebody's till. By what the numbering plan, not libphonenumber, says of them.
 */
const RESERVED: readonly { readonly range: string; readonly numbers: RegExp }[] = [
  { range: 'NANP 555-0100 to 555-0199', numbers: /^\+1[2-9]\d{2}55501\d{2}$/ },
  {
    range: 'GB for drama',
    numbers: /^\+44(7700900|2079460|2896496|2920180|1632960|1(13|14|15|16|17|18|21|31|41|51|61)4960|1914980|3069990|8081570)/,
  },
  { range: 'AU for drama', numbers: /^\+61([2378](5550|7010)|49157)\d{4}$/ },
  { range: 'FR for drama', numbers: /^\+33(19900|26191|35301|46571|53649|63998)\d{4}$/ },
  {
    range: 'DE for drama',
    numbers: /^\+49(17139200\d\d|1729925904|176040690\d\d|3023125\d{3}|6990009\d{3}|4066969\d{3}|2214710\d{3}|8999998\d{3})$/,
  },
  { range: 'SE for drama', numbers: /^\+46(701740(60[5-9]|6[1-9]\d)|3139006\d\d|4062804\d\d|8465004\d\d|9803192\d\d)$/ },
  { range: 'IE for drama', numbers: /^\+3532091\d{5}$/ },
  { range: 'global service of the ITU', numbers: /^\+(800|808|870|878|881|882|883|888|979)/ },
];

/** Codes to reserved ranges: typed by whoever tries a form out, or by a script that counts upward. */
export function reservedRangeRule({ mode }: FraudSettings['reserved_range']): Rule {
  return {
    name: 'reserved_range',
    mode,
    ask({ risk }) {
      const found = RESERVED.find(({ numbers }) => numbers.test(risk.number));
      return found === undefined ? null : { verdict: 'block', detail: { range: found.range } };
    },
  };
}
