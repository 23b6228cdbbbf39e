import { carrierContract } from './contract.js';

carrierContract('xml');
