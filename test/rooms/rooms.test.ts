import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { findBreaches } from '../../scripts/rooms.mjs';

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));
const planted: string[] = [];

/** A folder `src` with one file in it. */
function plant(path: string, content: string): string {
  const root = mkdtempSync(join(tmpdir(), 'watchword-rooms-'));
  planted.push(root);
  const file = join(root, 'src', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return join(root, 'src');
}

afterEach(() => {
  for (const root of planted.splice(0)) rmSync(root, { recursive: true });
});

describe('the rooms', () => {
  it('hold for the code as it stands', () => {
    expect(findBreaches(SOURCE)).toEqual([]);
  });

  it.each([
    ['domain/price.ts', `import { readFileSync } from 'node:fs';`, 'domain may not import what Node brings along (node:fs)'],
    ['domain/price.ts', `import { z } from 'zod';`, 'domain may not import the package zod'],
    ['domain/price.ts', `import type { Sql } from '../db/database.js';`, 'domain may not import db'],
    ['workflows/rent.ts', `import { z } from 'zod';`, 'workflows may not import the package zod'],
    ['workflows/rent.ts', `import { buy } from '../activities/buy.js';`, 'workflows may import only types of activities'],
    ['workflows/rent.ts', `import { buy, type Bought } from '../activities/buy.js';`, 'workflows may import only types of activities'],
    ['workflows/rent.ts', `import '../activities/buy.js';`, 'workflows may import only types of activities'],
    ['workflows/rent.ts', `export { buy } from '../activities/buy.js';`, 'workflows may import only types of activities'],
    ['workflows/rent.ts', `export const late = () => import('../db/database.js');`, 'workflows may not import db'],
    ['workflows/rent.ts', `const room = '../db'; export const late = () => import(room);`, 'workflows may not import the package room'],
    ['providers/herosms/adapter.ts', `import { a } from '../fivesim/adapter.js';`, 'providers/herosms may not import providers/fivesim'],
    ['providers/herosms/adapter.ts', `import { a } from '../../ledger/post.js';`, 'providers may not import ledger'],
    ['api/routes/balance.ts', `import { a } from '../../providers/herosms/adapter.js';`, 'api may not import providers'],
    [
      'domain/price.ts',
      `import { a } from '../../test/stack/stack.js';`,
      'domain may not import from outside src (../../test/stack/stack.js)',
    ],
    ['activities/rent.ts', `import { a } from '../providers/herosms/adapter.js';`, 'activities may import only types of providers'],
  ])('refuse in %s: %s', (path, content, why) => {
    expect(findBreaches(plant(path, content))).toEqual([`src/${path}:1: ${why}`]);
  });

  it('refuse a folder that has no line in the table', () => {
    expect(findBreaches(plant('cellar/wine.ts', ''))).toEqual([
      'src/cellar/wine.ts: src/cellar is not in the table of scripts/room-table.mjs',
    ]);
  });

  it.each([
    ['workflows/rent.ts', `import type { RentActivities } from '../activities/rent.js';`],
    ['workflows/rent.ts', `import { type RentActivities } from '../activities/rent.js';`],
    [
      'workflows/rent.ts',
      `import { sleep } from '@temporalio/workflow'; import { a } from '../domain/names.js'; import { b } from './messages.js';`,
    ],
    ['providers/herosms/adapter.ts', `import { a } from '../provider.js'; import { z } from 'zod'; import { c } from './codes.js';`],
    ['activities/rent.ts', `import { ProviderError } from '../providers/provider-error.js';`],
    ['main/api.ts', `import { a } from '../api/app.js'; import { join } from 'node:path';`],
  ])('allow in %s: %s', (path, content) => {
    expect(findBreaches(plant(path, content))).toEqual([]);
  });
});
