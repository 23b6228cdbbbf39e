import { Router } from '@koa/router';
import { guard, preflight, type GuardDeps, type RequestState } from './guard.js';
import { DOORS, type AnyRoute } from './route.js';

/**
 * Puts the declared routes behind their guards.
 *
 * @throws TypeError for a route without a door, without answers or declared twice: such a server must not start.
 */
export function createRouter(routes: readonly AnyRoute[], deps: GuardDeps): Router<RequestState> {
  const router = new Router<RequestState>({ sensitive: true, strict: true });
  const seen = new Set<string>();
  for (const spec of routes) {
    const name = `${spec.method?.toUpperCase()} ${spec.path}`;
    if (!DOORS.includes(spec.door)) throw new TypeError(`${name} does not declare its door: who may enter?`);
    if (Object.keys(spec.answers ?? {}).length === 0) throw new TypeError(`${name} declares no answer`);
    if ((spec.door === 'client' || spec.door === 'operator') && spec.limit === 'none')
      throw new TypeError(`${name} declares no limit for its keys`);
    if (spec.method !== 'get' && spec.method !== 'post') throw new TypeError(`${name} has a method that is not offered`);
    if (seen.has(name)) throw new TypeError(`${name} is declared twice`);
    seen.add(name);
    const guarded = guard(spec, deps);
    for (const path of [spec.path, ...(spec.aliases ?? [])]) router.register(path, [spec.method], guarded);
    if (spec.origins !== undefined) router.register(spec.path, ['options'], preflight(spec));
  }
  return router;
}
