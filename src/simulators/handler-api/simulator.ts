import { startSimulator } from '../kernel.js';
import type { Simulator, SimulatorOptions } from '../kernel.js';
import { HANDLER_ISO_CODES, HANDLER_SERVICE_SLUGS } from './context.js';
import { CURRENCY_NUMBERS } from './dialect.js';
import type { Dialect } from './dialect.js';
import { createHandlerProtocol } from './protocol.js';

export interface HandlerApiSimulatorOptions extends SimulatorOptions {
  /** `herosms` unless told. */
  readonly dialect?: Dialect;
}

/** A provider that speaks handler_api.php, with its own books, on a port of its own. */
export async function createHandlerApiSimulator(options: HandlerApiSimulatorOptions): Promise<Simulator> {
  const dialect = options.dialect ?? 'herosms';
  return startSimulator(
    {
      name: 'handler_api',
      services: HANDLER_SERVICE_SLUGS,
      countries: HANDLER_ISO_CODES,
      operatorWords: () => ['any'],
      firstId: 635_468_000,
      path: '/stubs/handler_api.php',
      currencyNumber: (currency) => CURRENCY_NUMBERS[currency] ?? '840',
      createProtocol: (deps) => createHandlerProtocol(deps, dialect),
    },
    options,
  );
}
