/** Lets the SDK download the Temporal CLI: `node temporal-download-main.js <version> <folder>`. See temporal-download.ts. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { TestWorkflowEnvironment } from '@temporalio/testing';

process.on('disconnect', () => process.exit(1));

const [version = '', downloadDir = ''] = process.argv.slice(2);
try {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  // Starting it is the SDK's only way to download it; that also shows that it runs here.
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir, version: `v${version}` } },
  });
  await environment.teardown();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
