import { relative } from 'node:path';
import type { FirstKey } from './generated-keys.js';

/** What a running platform tells whoever started it. */
export interface Welcome {
  readonly apiUrl: string;
  /** As the API serves it to operators; null where it does not. */
  readonly temporalUiUrl: string | null;
  readonly temporalAddress: string;
  readonly dataDir: string;
  readonly simulated: readonly string[];
  readonly real: readonly string[];
  /** Simulated carriers that run. */
  readonly simulatedCarriers: readonly string[];
  readonly carriers: readonly string[];
  readonly clientKey: FirstKey;
  readonly operatorKey: FirstKey;
}

/** The text that ends the start. A key is shown in full only when it was made by this start. */
export function welcomeText(it: Welcome): string {
  const rows: [string, string][] = [
    ['API', `${it.apiUrl}   (described at ${it.apiUrl}/openapi.json)`],
    ['Temporal', it.temporalUiUrl === null ? it.temporalAddress : `${it.temporalUiUrl}   (sign in with the operator key)`],
    ...(it.real.length === 0 ? [] : [['Providers', it.real.join(', ')] as [string, string]]),
    ...(it.simulated.length === 0
      ? []
      : [['Simulated', `${it.simulated.join(', ')}   (no real number is bought there)`] as [string, string]]),
    ...(it.carriers.length === 0 ? [] : [['Carriers', it.carriers.join(', ')] as [string, string]]),
    ...(it.simulatedCarriers.length === 0
      ? []
      : [['', `${it.simulatedCarriers.join(', ')}   (no real text is sent there)`] as [string, string]]),
    ['Data', shownPath(it.dataDir)],
    ['Your key', keyRow(it.clientKey, 'WATCHWORD_API_KEY')],
    ['Operator', keyRow({ ...it.operatorKey, isNew: false }, 'WATCHWORD_OPERATOR_KEY')],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`);
  return [
    '',
    'watchword is ready.',
    '',
    ...lines,
    '',
    'Rent a number (in another terminal, in this folder):',
    '',
    `  ${[...surroundings(it), 'npx watchword rent telegram ID'].join(' ')}`,
    '',
    'Send a text:',
    '',
    `  ${[...surroundings(it), 'npx watchword send +6281234567890 "Your code is 4711"'].join(' ')}`,
    '',
    'Verify a phone:',
    '',
    `  ${[...surroundings(it), 'npx watchword verify start +14155552671'].join(' ')}`,
    '',
    'or rent over HTTP:',
    '',
    `  curl -s ${it.apiUrl}/v1/activations \\`,
    `    -H "Authorization: Bearer ${keyInCurl(it.clientKey)}" \\`,
    "    -H 'Idempotency-Key: my-first-number' -H 'Content-Type: application/json' \\",
    `    -d '{"service": "telegram", "country": "ID"}'`,
    '',
    'Ctrl-C stops everything; the next start goes on where this one ended.',
    '',
  ].join('\n');
}

/** What the command must be told where this platform is not where it looks. */
function surroundings(it: Welcome): string[] {
  return [
    ...(it.apiUrl === 'http://127.0.0.1:3000' ? [] : [`WATCHWORD_URL=${it.apiUrl}`]),
    ...(it.clientKey.file === null || shownPath(it.dataDir) === '.watchword' ? [] : [`WATCHWORD_DATA_DIR=${shownPath(it.dataDir)}`]),
  ];
}

function keyRow(key: FirstKey, variable: string): string {
  if (key.file === null) return `the one in ${variable}`;
  if (key.isNew) return `${key.key.reveal()}   (shown this once; kept in ${shownPath(key.file)})`;
  return `kept in ${shownPath(key.file)}`;
}

function keyInCurl(key: FirstKey): string {
  if (key.file === null) return '$WATCHWORD_API_KEY';
  return key.isNew ? key.key.reveal() : `$(cat ${shownPath(key.file)})`;
}

/** Relative to where the command was given, as long as that is shorter to read. */
function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
