import { readEnvironment } from '../config/environment.js';
import { loadPlatformConfig } from '../config/load.js';
import { endLeftovers } from '../embedded/run-file.js';
import { join } from 'node:path';
import { takeDataFolder } from './data-folder.js';
import { runEntry } from './entry.js';
import { startPlatform } from './platform-start.js';
import { listenForShutdown } from './shutdown.js';
import { createStopStack } from './stop-stack.js';
import { welcomeText } from './welcome.js';

await runEntry({
  command: 'npm start',
  help: `
Runs all of watchword on this machine: Postgres, Temporal with its Web UI, simulators of the providers you have no key for, the
worker and the API. Everything is kept in .watchword/ and goes on where it ended at the next start. Ctrl-C stops it all.

Environment, all optional (docs/configuration.md says more):
  HOST, PORT                        where the API listens (127.0.0.1, 3000); everything else takes free ports
  WATCHWORD_DATA_DIR                where everything is kept (.watchword)
  WATCHWORD_API_KEY, WATCHWORD_OPERATOR_KEY   keys that exist at start; made if not given
  WATCHWORD_API_CREDIT              credit of that client key's new account (10 when everything is embedded)
  DATABASE_URL                      a Postgres to use instead of the embedded one
  TEMPORAL_ADDRESS, TEMPORAL_…      a Temporal server to use instead of the embedded one
  HEROSMS_API_KEY, HEROSMS_HANDLER_URL, FIVESIM_API_KEY, FIVESIM_BASE_URL   real providers
  WATCHWORD_SIMULATORS              auto (a provider without a key is simulated) or off
  WATCHWORD_ENCRYPTION_KEYS         needed with an outside database or Temporal
  WATCHWORD_CONFIG                  a JSON file: more providers, markup, budgets, what is not sold
  LOG_LEVEL                         of the log files under .watchword/logs (info)`,
  run: async () => {
    const environment = readEnvironment();
    const config = loadPlatformConfig(environment);
    const report = (message: string) => console.log(message);
    const unlock = takeDataFolder(config.dataDir);
    const shutdown = listenForShutdown(() => report('Stopping at once.'));
    const stack = createStopStack(shutdown.signal, report);
    try {
      await endLeftovers(join(config.dataDir, 'run'), report);
      const welcome = await startPlatform({ config, environment, stack, report, signal: shutdown.signal });
      report(welcomeText(welcome));
      await shutdown.wanted;
    } catch (error) {
      // What a start says after Ctrl-C is only that it was interrupted.
      if (!shutdown.signal.aborted) throw error;
    } finally {
      if (shutdown.signal.aborted) report('Stopping …');
      await stack.stopAll();
      unlock();
    }
    report('Stopped.');
  },
});
