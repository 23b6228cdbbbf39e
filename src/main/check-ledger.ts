import { readEnvironment } from '../config/environment.js';
import { loadDatabaseUrl } from '../config/load.js';
import { openDatabase } from '../db/database.js';
import { checkLedger } from '../ledger/check.js';
import { EXIT, runEntry } from './entry.js';

const STATEMENT_MS = 300_000;

await runEntry({
  command: 'npm run check:ledger',
  help: `
Rebuilds every balance, every hold and the money of every order from the ledger's entries and reports each difference. It reads
one moment and changes nothing, so it may run beside live traffic. It ends with code 1 if anything differs, and also if it could
not read everything: then it says INCOMPLETE and claims nothing.

Environment: DATABASE_URL  postgres://user:password@host:port/database`,
  run: async () => {
    const url = loadDatabaseUrl(readEnvironment());
    const database = openDatabase({ url: url.reveal(), applicationName: 'watchword-check', poolSize: 1, statementTimeoutMs: STATEMENT_MS });
    const report = await checkLedger(database);
    await database.close();
    for (const { check, what } of report.problems) console.log(`${check}: ${what}`);
    if (report.verdict === 'clean') {
      console.log(`The ledger is clean: ${report.transfers} transfers, ${report.entries} entries.`);
      return;
    }
    console.log(
      report.verdict === 'incomplete'
        ? `INCOMPLETE: not everything could be read (${report.reason ?? 'unknown'}).`
        : `${report.problems.length} differences.`,
    );
    process.exit(EXIT.failed);
  },
});
