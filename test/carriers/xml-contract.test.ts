import { specContract } from './contract.js';

specContract('xml');
