import { parseArgs } from 'node:util';

/** Ends with status 2, having said what is wrong and how it is done. @param {string} help @param {string} what @returns {never} */
export function misused(help, what) {
  console.error(`${what}\n\n${help}`);
  process.exit(2);
}

/**
 * The options that a script was called with. `--help` prints the help and ends, as do options that the script does not have.
 *
 * @param {string} help
 * @param {Record<string, { type: 'string' | 'boolean' }>} options
 * @returns {Record<string, string | boolean | undefined>}
 */
export function readArguments(help, options) {
  const given = parsed(help, options);
  if (given['help'] === true) {
    console.log(help);
    process.exit(0);
  }
  return given;
}

/** @param {string} help @param {Record<string, { type: 'string' | 'boolean' }>} options */
function parsed(help, options) {
  try {
    return parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    return misused(help, /** @type {Error} */ (error).message);
  }
}
