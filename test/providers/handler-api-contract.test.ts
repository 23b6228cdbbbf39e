import { contractSuite } from './contract.js';
import { handlerSubject } from './subject.js';
import type { Dialect } from './subject.js';

/** The adapter is told nothing of the dialect: it has to recognise it. */
for (const dialect of ['herosms', 'classic', 'hybrid'] satisfies Dialect[]) {
  contractSuite(`handler_api, ${dialect}`, async () => handlerSubject(dialect), {
    priceInReply: true,
    lifetimeInReply: dialect !== 'classic',
  });
}

contractSuite('handler_api without getNumberV2', async () => handlerSubject('classic', { missingActions: ['getNumberV2'] }), {
  priceInReply: false,
  lifetimeInReply: false,
});

contractSuite(
  'handler_api by POST with a plain list',
  async () => handlerSubject('classic', { listForm: 'plain', emptyList: 'text' }, { method: 'POST', dialect: 'classic' }),
  {
    priceInReply: true,
    lifetimeInReply: false,
  },
);

contractSuite(
  'handler_api with getNumber and getStatus only',
  async () => handlerSubject('hybrid', { missingActions: ['getNumberV2', 'getStatusV2'] }, { cancelStatus: -1 }),
  {
    priceInReply: false,
    lifetimeInReply: false,
  },
);
