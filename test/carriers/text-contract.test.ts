import { specContract } from './contract.js';

specContract('text');
