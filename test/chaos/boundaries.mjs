/**
 * Given to worker and API by `node --import`: names every boundary that the process crosses (an activity, a provider's
 * reply, a transaction, a message to Temporal, an answer to a client) and ends the process by SIGKILL at the one that is
 * armed. Nothing in production knows of it.
 *
 * CHAOS_BOUNDARIES is the path of two files: `….seen` gets a line for each crossing, `….armed` holds the boundary to die at.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import pg from 'pg';

/**
 * What is being worked at, and for whom: the id of an activation, a verification or a message. Where `step` is null the boundary
 * is named without it.
 *
 * @typedef {{ readonly step: string | null, readonly activation: string | null }} Context
 */

const path = process.env['CHAOS_BOUNDARIES'] ?? '';
/** @type {AsyncLocalStorage<Context>} */
const steps = new AsyncLocalStorage();

/**
 * @param {string} what
 * @param {Context} [context]
 */
function cross(what, context = steps.getStore()) {
  const name = context === undefined || context.step === null || what.startsWith('activity ') ? what : `${context.step}, ${what}`;
  appendFileSync(`${path}.seen`, `${context?.activation ?? '-'} ${name}\n`);
  const armed = readArmed();
  if (armed === null || armed.at !== name) return;
  // Other activations may still be on their way; where a boundary belongs to one, it must be the armed one's.
  if (armed.activation !== null && (context?.activation ?? armed.activation) !== armed.activation) return;
  rmSync(`${path}.armed`);
  process.kill(process.pid, 'SIGKILL');
}

/** @returns {{ readonly at: string, readonly activation: string | null } | null} */
function readArmed() {
  try {
    return JSON.parse(readFileSync(`${path}.armed`, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function around(what, work) {
  cross(`${what}: before`);
  const result = await work();
  cross(`${what}: after`);
  return result;
}

// ── Postgres: transactions are named after the function that opens them, single statements after the one that sends them. ──

/** The function of ours that called, past the database module itself. */
function caller() {
  const { stackTraceLimit } = Error;
  const prepareStackTrace = Reflect.get(Error, 'prepareStackTrace');
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.stackTraceLimit = 30;
  const sites = /** @type {NodeJS.CallSite[]} */ (/** @type {unknown} */ (new Error('where').stack));
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  const site = sites.find((one) => /\/dist\/(?!db\/database\.js)/.test(one.getFileName() ?? ''));
  return (site?.getFunctionName() ?? 'unknown').replace(/^.*\./, '');
}

/** The note of a key's last use is written once in a while, and nothing hangs on it. */
const UNIMPORTANT = new Set(['findKey']);
const WRITES = /^\s*(?:insert|update|delete|select pg_notify)\b/i;
/** @type {WeakMap<object, string>} */
const transactions = new WeakMap();
const connect = Reflect.get(pg.Pool.prototype, 'connect');
const poolQuery = Reflect.get(pg.Pool.prototype, 'query');
const clientQuery = Reflect.get(pg.Client.prototype, 'query');

pg.Pool.prototype.connect = /** @type {typeof connect} */ (
  /** @this {pg.Pool} @param {...unknown} args */
  function (...args) {
    const result = Reflect.apply(connect, this, args);
    // Single statements connect with a callback; a transaction waits for its client.
    if (args.length > 0) return result;
    const name = caller();
    return result.then((/** @type {pg.PoolClient} */ client) => {
      transactions.set(client, name);
      return client;
    });
  }
);
pg.Pool.prototype.query = /** @type {typeof poolQuery} */ (
  /** @this {pg.Pool} @param {...unknown} args */
  function (...args) {
    const send = () => Reflect.apply(poolQuery, this, args);
    const name = typeof args[0] === 'string' && WRITES.test(args[0]) ? caller() : null;
    return name === null || UNIMPORTANT.has(name) ? send() : around(`statement ${name}`, send);
  }
);
pg.Client.prototype.query = /** @type {typeof clientQuery} */ (
  /** @this {pg.Client} @param {...unknown} args */
  function (...args) {
    const send = () => Reflect.apply(clientQuery, this, args);
    const name = transactions.get(this);
    if (name === undefined || typeof args[0] !== 'string') return send();
    if (args[0].startsWith('BEGIN')) {
      if (args[0].includes('READ ONLY')) transactions.delete(this);
      else cross(`transaction ${name}: before BEGIN`);
      return send();
    }
    if (args[0] !== 'COMMIT') return send();
    cross(`transaction ${name}: before COMMIT`);
    return send().then((/** @type {unknown} */ result) => {
      cross(`transaction ${name}: after COMMIT`);
      return result;
    });
  }
);

// ── Providers: every request through undici, from not sent to answered. ──

/** @type {Readonly<Record<string, string>>} */
const HANDLER_STATUS = { 3: 'another SMS', 6: 'finish', 8: 'cancel' };
/** @type {Readonly<Record<string, string>>} */
const OPERATIONS = {
  getNumber: 'purchase',
  getNumberV2: 'purchase',
  getActiveActivations: 'list',
  getBalance: 'balance',
  getHistory: 'history',
  getStatus: 'status',
  getStatusV2: 'status',
  getAllSms: 'SMS',
  getFullSms: 'SMS',
  cancelActivation: 'cancel',
  finishActivation: 'finish',
  buy: 'purchase',
  check: 'order',
  orders: 'list',
  profile: 'balance',
};

/** @param {string} target */
function operationOf(target) {
  const url = new URL(target, 'http://provider');
  const action = url.searchParams.get('action') ?? url.pathname.split('/').at(url.pathname.includes('/user/') ? 3 : -1) ?? '';
  if (action === 'setStatus') return HANDLER_STATUS[url.searchParams.get('status') ?? ''] ?? action;
  return OPERATIONS[action] ?? action;
}

/** @type {WeakMap<object, { readonly what: string, readonly context: Context | undefined }>} */
const requests = new WeakMap();
subscribe('undici:request:create', (message) => {
  const { request } = /** @type {{ request: { path: string } }} */ (message);
  const known = { what: operationOf(request.path), context: steps.getStore() };
  requests.set(request, known);
  cross(`${known.what} request: before`, known.context);
});
for (const [channel, how] of /** @type {const} */ ([
  ['undici:request:bodySent', 'request: sent'],
  ['undici:request:headers', 'reply: received'],
])) {
  subscribe(channel, (message) => {
    const known = requests.get(/** @type {{ request: object }} */ (message).request);
    if (known !== undefined) cross(`${known.what} ${how}`, known.context);
  });
}

// ── Temporal: activities, workflow tasks, and what is sent through the client. ──

const fromWorker = createRequire(import.meta.resolve('@temporalio/worker'));
const fromClient = createRequire(import.meta.resolve('@temporalio/client'));
const { temporal, coresdk } = fromWorker('@temporalio/proto');
const grpc = fromClient('@grpc/grpc-js');

const { makeUnaryRequest } = grpc.Client.prototype;
const { workflowservice } = temporal.api;
/** @type {Readonly<Record<string, (request: Uint8Array) => string>>} */
const MESSAGES = {
  SignalWorkflowExecution: (request) => `signal ${workflowservice.v1.SignalWorkflowExecutionRequest.decode(request).signalName}`,
  UpdateWorkflowExecution: (request) =>
    `update ${workflowservice.v1.UpdateWorkflowExecutionRequest.decode(request).request?.input?.name ?? ''}`,
  ExecuteMultiOperation: () => 'update-with-start',
  StartWorkflowExecution: (request) => `start ${workflowservice.v1.StartWorkflowExecutionRequest.decode(request).workflowType?.name ?? ''}`,
};

/** @this {unknown} @param {...any} args */
grpc.Client.prototype.makeUnaryRequest = function (...args) {
  const name = MESSAGES[String(args[0]).split('/').at(-1) ?? '']?.(args[3]);
  if (name === undefined) return Reflect.apply(makeUnaryRequest, this, args);
  const context = steps.getStore();
  cross(`${name}: before`, context);
  const answered = args.at(-1);
  args[args.length - 1] = (/** @type {unknown[]} */ ...answer) => {
    if (answer[0] === null || answer[0] === undefined) cross(`${name}: after`, context);
    answered(...answer);
  };
  return Reflect.apply(makeUnaryRequest, this, args);
};

/** Loaded by the worker only; the API must not load its native library. */
if (process.argv[1]?.endsWith('worker.js')) {
  const { Worker } = fromWorker('@temporalio/worker');
  const { NativeWorker } = fromWorker('@temporalio/worker/lib/worker.js');
  const { Context } = createRequire(import.meta.resolve('@temporalio/activity'))('@temporalio/activity');

  /** What runs under a task token, so that its report to the server can be named. */
  const tokens = new Map();
  const { create } = Worker;
  Worker.create = (/** @type {{ activities?: Record<string, (...args: unknown[]) => Promise<unknown>> }} */ options) => {
    const activities = Object.entries(options.activities ?? {}).map(([name, run]) => [
      name,
      (/** @type {unknown[]} */ ...args) => {
        const first = /** @type {{ activationId?: string, verificationId?: string, messageId?: string } | undefined} */ (args[0]);
        const context = { step: name, activation: first?.activationId ?? first?.verificationId ?? first?.messageId ?? null };
        tokens.set(Context.current().info.base64TaskToken, context);
        return steps.run(context, () => around(`activity ${name}`, () => run(...args)));
      },
    ]);
    return Reflect.apply(create, Worker, [{ ...options, activities: Object.fromEntries(activities) }]);
  };

  const createNative = NativeWorker.create;
  NativeWorker.create = async (/** @type {unknown[]} */ ...args) => {
    const native = await Reflect.apply(createNative, NativeWorker, args);
    const { completeActivityTask, completeWorkflowActivation, pollWorkflowActivation } = native;
    /** Whose workflow a run is of. @type {Map<string, string>} */
    const runs = new Map();
    native.pollWorkflowActivation = async () => {
      const polled = await pollWorkflowActivation();
      const { runId, jobs } = coresdk.workflow_activation.WorkflowActivation.decode(new Uint8Array(polled));
      for (const { initializeWorkflow } of jobs) {
        const id = /^(?:activation|verification|message)\/([0-9a-f-]{36})$/.exec(initializeWorkflow?.workflowId ?? '')?.[1];
        if (id !== undefined) runs.set(runId, id);
      }
      return polled;
    };
    native.completeActivityTask = async (/** @type {ArrayBuffer} */ completion) => {
      const token = Buffer.from(coresdk.ActivityTaskCompletion.decodeDelimited(new Uint8Array(completion)).taskToken).toString('base64');
      const context = tokens.get(token);
      tokens.delete(token);
      await completeActivityTask(completion);
      if (context !== undefined) cross(`activity ${context.step}: reported`, context);
    };
    native.completeWorkflowActivation = async (/** @type {ArrayBuffer} */ completion) => {
      const { runId, successful } = coresdk.workflow_completion.WorkflowActivationCompletion.decodeDelimited(new Uint8Array(completion));
      const commands = [...new Set((successful?.commands ?? []).map(commandName))];
      if (commands.length === 0) return completeWorkflowActivation(completion);
      const done = () => completeWorkflowActivation(completion);
      return steps.run({ step: null, activation: runs.get(runId) ?? null }, () => around(`workflow task (${commands.join(', ')})`, done));
    };
    return native;
  };
}

/** @param {Record<string, unknown> & { variant: string }} command */
function commandName(command) {
  const content = /** @type {{ activityType?: string } | null} */ (command[command.variant]);
  return content?.activityType ?? command.variant;
}

// ── Clients and hooks: the answer that the API is about to give. ──

const end = Reflect.get(ServerResponse.prototype, 'end');
ServerResponse.prototype.end = /** @type {typeof end} */ (
  /** @this {ServerResponse} @param {...unknown} args */
  function (...args) {
    const { method, url = '' } = this.req;
    const route = new URL(url, 'http://api').pathname
      .replace(/\/[0-9a-f]{8}-[0-9a-f-]{27}/, '/:id')
      .replace(/^(\/hooks(?:\/carriers)?)\/.*/, '$1');
    const name = method === 'POST' ? `answer to POST ${route}` : null;
    if (name !== null) cross(`${name}: before`);
    const result = Reflect.apply(end, this, args);
    if (name !== null) cross(`${name}: after`);
    return result;
  }
);
