import { carrierContract } from './contract.js';

carrierContract('json');
