import { carrierContract } from './contract.js';

carrierContract('text');
