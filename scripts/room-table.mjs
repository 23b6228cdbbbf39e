/**
 * Which room may import what (docs/decisions/0002-rooms.md). This is the only place that says so; `npm run rooms` holds
 * the code to it. Change the table in the same step as the code that needs the change.
 *
 * @typedef {object} Room
 * @property {readonly string[]} rooms rooms that it may import
 * @property {readonly string[]} [types] rooms of which it may import types only
 * @property {readonly string[]} [modules] single modules of other rooms that it may import
 * @property {readonly string[]} [npm] npm packages that it may import; `*` is any
 * @property {readonly string[]} [npmTypes] npm packages of which it may import types only
 * @property {boolean} [node] whether it may import what Node brings along; false if left out
 * @property {boolean} [apart] whether its subfolders may not import each other
 */

/** @type {Readonly<Record<string, Room>>} */
export const ROOMS = {
  domain: { rooms: [] },
  workflows: { rooms: ['domain'], types: ['activities'], npm: ['@temporalio/workflow', '@temporalio/common'] },
  sealing: { rooms: ['domain'], node: true },
  http: { rooms: ['domain'], npm: ['*'], node: true },
  config: { rooms: ['domain'], npm: ['zod', '@temporalio/envconfig'], npmTypes: ['@temporalio/client'], node: true },
  observability: { rooms: ['domain'], types: ['config'], npm: ['pino', 'prom-client', '@temporalio/worker'], node: true },
  db: { rooms: ['domain'], types: ['sealing'], modules: ['sealing/keyring.js'], npm: ['pg', 'node-pg-migrate', 'uuidv7'], node: true },
  ledger: { rooms: ['domain', 'db'], npm: ['uuidv7'], node: true },
  providers: { rooms: ['domain', 'http'], npm: ['*'], node: true, apart: true },
  carriers: { rooms: ['domain', 'http'], npm: ['*'], node: true, apart: true },
  prices: { rooms: ['domain', 'db'], types: ['providers', 'sealing'], npm: ['uuidv7', 'zod'], node: true },
  rent: {
    rooms: ['domain', 'db', 'ledger', 'sealing'],
    types: ['providers', 'observability'],
    modules: ['providers/provider-error.js'],
    npm: ['uuidv7'],
    npmTypes: ['pino'],
    node: true,
  },
  privacy: { rooms: ['domain', 'db'], node: true },
  alerts: { rooms: ['domain', 'db', 'ledger', 'http'], npm: ['standardwebhooks'], node: true },
  send: {
    rooms: ['domain', 'db', 'ledger', 'sealing'],
    types: ['carriers', 'observability'],
    modules: ['carriers/carrier-error.js'],
    npm: ['uuidv7', 'sms-segments-calculator'],
    npmTypes: ['pino'],
    node: true,
  },
  verify: {
    rooms: ['domain', 'db', 'ledger', 'sealing', 'send'],
    types: ['observability'],
    npm: ['uuidv7'],
    node: true,
  },
  fraud: {
    rooms: ['domain', 'db', 'http', 'sealing'],
    types: ['config', 'observability'],
    npm: ['*'],
    node: true,
  },
  activities: {
    rooms: ['domain', 'rent', 'send', 'verify', 'prices', 'privacy', 'alerts'],
    types: ['db', 'ledger', 'providers', 'carriers', 'sealing', 'observability'],
    modules: ['providers/provider-error.js'],
    npm: ['@temporalio/activity', '@temporalio/common'],
    npmTypes: ['pino'],
    node: true,
  },
  temporal: {
    rooms: ['domain'],
    types: ['workflows', 'config', 'observability'],
    npm: ['@temporalio/client', '@temporalio/common', '@temporalio/proto', '@temporalio/worker'],
    node: true,
  },
  api: {
    rooms: ['domain', 'db', 'ledger', 'temporal', 'prices', 'privacy', 'sealing'],
    types: ['workflows', 'config', 'observability', 'fraud'],
    modules: ['send/segments.js', 'send/take-receipt.js'],
    npm: ['*'],
    node: true,
  },
  worker: {
    rooms: [
      'domain',
      'activities',
      'rent',
      'alerts',
      'send',
      'verify',
      'db',
      'ledger',
      'providers',
      'carriers',
      'http',
      'prices',
      'sealing',
      'temporal',
      'observability',
    ],
    types: ['config', 'workflows'],
    npm: ['@temporalio/worker', '@temporalio/activity', '@temporalio/common', '@temporalio/client', 'pino'],
    node: true,
  },
  embedded: {
    rooms: ['config'],
    npm: ['pg', '@temporalio/client', '@temporalio/common', '@temporalio/testing', '@temporalio/worker'],
    node: true,
  },
  simulators: { rooms: ['domain'], npm: ['*'], node: true },
  main: { rooms: ['*'], npm: ['*'], node: true },
  client: { rooms: [], npm: ['openapi-fetch'] },
  cli: {
    rooms: ['domain', 'client'],
    modules: [
      'config/environment.js',
      'privacy/needles.js',
      'privacy/scan.js',
      'main/platform.js',
      'carriers/spec/load.js',
      'carriers/spec/replay.js',
      'carriers/spec/spec-error.js',
    ],
    npm: ['commander'],
    node: true,
  },
};
