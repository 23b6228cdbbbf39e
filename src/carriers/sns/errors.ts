import type { Refusal } from '../../domain/message.js';
import type { SendOutcome } from '../carrier.js';

/** What an error of SNS says about a message. */
type Meaning = Refusal | Extract<SendOutcome, { kind: 'fatal' }>['reason'];

/**
 * Codes of Publish, of SNS in general and of AWS (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors and
 * CommonErrors). All are the sender's fault: nothing was published.
 */
const CODES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['Throttled', 'throttled'],
  ['Throttling', 'throttled'],
  ['ThrottlingException', 'throttled'],
  ['RequestLimitExceeded', 'throttled'],
  ['OptedOut', 'opted_out'],
  ['AuthorizationError', 'bad_credentials'],
  ['AccessDenied', 'bad_credentials'],
  ['AccessDeniedException', 'bad_credentials'],
  ['NotAuthorized', 'bad_credentials'],
  ['InvalidClientTokenId', 'bad_credentials'],
  ['UnrecognizedClientException', 'bad_credentials'],
  ['SignatureDoesNotMatch', 'bad_credentials'],
  ['IncompleteSignature', 'bad_credentials'],
  ['MissingAuthenticationToken', 'bad_credentials'],
  ['ExpiredToken', 'bad_credentials'],
  ['ExpiredTokenException', 'bad_credentials'],
  ['InvalidSecurity', 'bad_credentials'],
  ['OptInRequired', 'account_closed'],
  // A clock that is wrong by more than a quarter of an hour.
  ['RequestExpired', 'misconfigured'],
  ['InvalidAction', 'misconfigured'],
]);
const INVALID: ReadonlySet<string> = new Set([
  'InvalidParameter',
  'ParameterValueInvalid',
  'InvalidParameterValue',
  'ValidationError',
  'ValidationException',
]);
/** What SNS calls invalid is said in words only. */
const WORDS: readonly (readonly [RegExp, Refusal])[] = [
  [/PhoneNumber/, 'invalid_number'],
  [/Message too long|\bMessage Reason|Empty message/, 'content'],
  [/SenderI[dD]|OriginationNumber/, 'bad_sender'],
  [/MaxPrice/, 'price'],
];

/** What a request that SNS refused means. */
export function meaningOf(code: string, message: string): Meaning {
  const known = CODES.get(code);
  if (known !== undefined) return known;
  return (INVALID.has(code) ? WORDS.find(([words]) => words.test(message))?.[1] : undefined) ?? 'other';
}

/** Whether a meaning is fatal for the account. */
export function isFatal(meaning: Meaning): meaning is Extract<SendOutcome, { kind: 'fatal' }>['reason'] {
  return meaning === 'bad_credentials' || meaning === 'account_closed' || meaning === 'misconfigured';
}
