import { getCountries, getCountryCallingCode } from 'libphonenumber-js/min';

/** Countries that share a calling code with a larger one, by the digits that tell them apart. */
const WITHIN_ANOTHERS: Readonly<Record<string, readonly string[]>> = {
  AG: ['1268'],
  AI: ['1264'],
  AS: ['1684'],
  BB: ['1246'],
  BM: ['1441'],
  BS: ['1242'],
  CA: Array.from(
    '204226236249250257263289306343354365367368382403416418428431437438450468474506514519548579581584587604613639647672683705709742753778780782807819825867873879902905'.matchAll(
      /\d{3}/g,
    ),
    ([area]) => `1${area}`,
  ),
  DM: ['1767'],
  DO: ['1809', '1829', '1849'],
  GD: ['1473'],
  GU: ['1671'],
  JM: ['1876', '1658'],
  KN: ['1869'],
  KY: ['1345'],
  LC: ['1758'],
  MP: ['1670'],
  MS: ['1664'],
  PR: ['1787', '1939'],
  SX: ['1721'],
  TC: ['1649'],
  TT: ['1868'],
  VC: ['1784'],
  VG: ['1284'],
  VI: ['1340'],
  KZ: ['76', '77'],
  GG: ['447781', '447839', '447911'],
  JE: ['447509', '447797', '447829', '447937'],
  IM: ['447424', '447524', '447624', '447924'],
  VA: ['3906698'],
  SJ: ['4779'],
  CC: ['6189162'],
  CX: ['6189164'],
  EH: ['2125288', '2125289'],
  YT: ['262269', '262639'],
  AX: ['35818'],
  TA: ['2908'],
  BQ: ['5993', '5994', '5997'],
};
/** Those that no prefix tells from another (Saint Barthélemy and Saint Martin from Guadeloupe). */
const INDISTINCT: ReadonlySet<string> = new Set(['BL', 'MF']);

/** The prefixes (digits of E.164) of a country's numbers; null where it has none of its own. */
export function prefixesOf(country: string): readonly string[] | null {
  const within = WITHIN_ANOTHERS[country];
  if (within !== undefined) return within;
  const known = getCountries().find((code) => code === country);
  return known === undefined || INDISTINCT.has(country) ? null : [getCountryCallingCode(known)];
}
