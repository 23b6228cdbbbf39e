import { specContract } from './contract.js';

specContract('json');
