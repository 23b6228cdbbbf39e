import { startSimulator } from '../kernel.js';
import type { Simulator, SimulatorOptions } from '../kernel.js';
import { FIVESIM_ISO_CODES, FIVESIM_SERVICE_SLUGS, operatorsOf } from './context.js';
import { createFiveSimProtocol } from './protocol.js';

/** A provider that speaks 5SIM's API v1, with its own books, on a port of its own. */
export async function createFiveSimSimulator(options: SimulatorOptions): Promise<Simulator> {
  return startSimulator(
    {
      name: 'fivesim',
      services: FIVESIM_SERVICE_SLUGS,
      countries: FIVESIM_ISO_CODES,
      operatorWords: operatorsOf,
      firstId: 1_006_310_000,
      path: '/v1',
      currencyNumber: () => '840',
      createProtocol: createFiveSimProtocol,
    },
    options,
  );
}
