import type { Database } from '../db/database.js';
import { noteAction, noteActionEnd } from '../db/operator-actions.js';
import { DomainError, ERRORS, type Json } from '../domain/errors.js';
import type { AnyRoute, Door, KeyCaller, Reply, Visit } from './route.js';

/** Carries out an operator's request between two notes: that it was asked for, and how it ended. */
export type Audit = (spec: AnyRoute, visit: Visit<Door, unknown, unknown, unknown, unknown>, caller: KeyCaller) => Promise<Reply>;

/**
 * Keeps every request of an operator that changes something. The first note is committed before anything is done, so an
 * action without a note cannot be; a note without an end is one whose process died, or is still at it. Answers are not kept:
 * a new key is in one.
 */
export function createAudit(database: Database): Audit {
  return async (spec, visit, caller) => {
    const id = await noteAction(database, {
      accountId: caller.accountId,
      keyId: caller.keyId,
      requestId: visit.requestId,
      action: `${spec.method.toUpperCase()} ${spec.path}`,
      params: (visit.params ?? {}) as Json,
      body: (visit.body ?? null) as Json,
    });
    try {
      const reply = await spec.handle(visit);
      await noteActionEnd(database, id, reply.status, null);
      return reply;
    } catch (error) {
      const code = error instanceof DomainError ? error.code : 'internal';
      await noteActionEnd(database, id, ERRORS[code].http, code);
      throw error;
    }
  };
}
