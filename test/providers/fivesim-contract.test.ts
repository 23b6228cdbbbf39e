import { contractSuite } from './contract.js';
import { fiveSimSubject } from './subject.js';

contractSuite('5SIM', async () => fiveSimSubject(), { priceInReply: true, lifetimeInReply: true });
