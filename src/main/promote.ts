import { readEnvironment } from '../config/environment.js';
import { loadDeployment } from '../config/load.js';
import { createTemporalClient } from '../temporal/connection.js';
import { deployedVersions, promote } from '../temporal/deployment.js';
import { runEntry } from './entry.js';

await runEntry({
  command: 'npm run promote',
  help: `
Makes the version of the workers that WATCHWORD_BUILD_ID names the current one: activations that start from now on run on it,
and the watchers move to it. Activations that are under way stay with the version that started them, so leave its workers
running until it reads "drained" here. Without WATCHWORD_BUILD_ID it changes nothing and lists the versions.

Environment: TEMPORAL_ADDRESS (or TEMPORAL_PROFILE), TEMPORAL_NAMESPACE, WATCHWORD_BUILD_ID`,
  run: async () => {
    const { temporal, buildId } = loadDeployment(readEnvironment());
    const connection = createTemporalClient(temporal);
    const { client } = connection;
    try {
      if (buildId !== null) await promote(client, buildId);
      const versions = await deployedVersions(client);
      for (const version of versions) console.log(`${version.buildId}  ${version.state}`);
      if (versions.length === 0) console.log('No versioned worker has ever asked for work here.');
    } finally {
      await connection.close();
    }
  },
});
