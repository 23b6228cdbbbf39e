import type { Problem } from '../client/client.js';
import type { ErrorCode } from '../domain/errors.js';
import { CliError, EXIT, type ExitCode } from './exit.js';

/** What each kind of problem ends the command with, and what to do about it. */
const MEANING: Readonly<Record<ErrorCode, readonly [ExitCode, string]>> = {
  bad_request: [EXIT.misused, ''],
  unauthenticated: [
    EXIT.keyRefused,
    'Set WATCHWORD_API_KEY (operators: WATCHWORD_OPERATOR_KEY) to a valid key; `watchword doctor` says which is used.',
  ],
  insufficient_credit: [EXIT.noCredit, 'Ask an operator for credit, or set a lower --max-price.'],
  spend_cap_reached: [EXIT.noCredit, 'An operator can raise verify.spend in the configuration; it is counted by UTC day and month.'],
  forbidden: [EXIT.keyRefused, ''],
  blocked: [EXIT.nothingAvailable, 'Operators see why at GET /v1/operator/fraud/decisions (docs/fraud.md).'],
  not_found: [EXIT.notFoundOrConflict, ''],
  method_not_allowed: [EXIT.failed, 'This command and the server are of different versions; `watchword doctor` tells.'],
  not_acceptable: [EXIT.failed, ''],
  idempotency_key_reused: [EXIT.notFoundOrConflict, 'Give another --key or --reference.'],
  wrong_state: [EXIT.notFoundOrConflict, ''],
  payload_too_large: [EXIT.misused, ''],
  unsupported_media_type: [EXIT.failed, ''],
  invalid_input: [EXIT.misused, ''],
  not_for_sale: [EXIT.nothingAvailable, '`watchword prices` lists what is offered.'],
  rate_limited: [EXIT.failed, 'Wait a minute and try again.'],
  internal: [EXIT.failed, 'The server has written down what happened under the request named here.'],
  no_numbers: [EXIT.nothingAvailable, 'Try another country or operator, or a higher --max-price, or later.'],
  no_route: [EXIT.nothingAvailable, 'No carrier can send this to that number: see which countries and channels are offered.'],
  unavailable: [EXIT.failed, 'Try again; `watchword doctor` says what does not answer.'],
};

/** A problem document as an error of the command. What is no problem document came from something else than watchword. */
export function problemError(body: unknown, status: number, url: string): CliError {
  if (!isProblem(body))
    return new CliError(EXIT.failed, `${url} answered ${status} with something that is not watchword's. Is WATCHWORD_URL right?`, {
      status,
    });
  const [exit, todo] = MEANING[body.code] ?? [EXIT.failed, ''];
  const lines = [`${body.detail}${body.code === 'internal' ? ` (${body.instance})` : ''}`];
  for (const { field, message } of body.errors ?? []) if (!body.detail.includes(message)) lines.push(`  ${field}: ${message}`);
  const { needed, available, currency } = body as Record<string, unknown>;
  if (body.code === 'insufficient_credit' && typeof needed === 'string')
    lines.push(`Needed: ${needed} ${String(currency)}; available: ${String(available)} ${String(currency)}.`);
  if (todo !== '') lines.push(todo);
  return new CliError(exit, lines.join('\n'), body);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'instance' in body;
}
