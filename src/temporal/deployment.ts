import { type Client, isGrpcServiceError } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import { DEPLOYMENT } from '../domain/names.js';

/** gRPC status codes. */
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;
/** How long a version that was started just now may take until the server knows its pollers. */
const KNOWN_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 500;

/** A version of the workers, as Temporal knows it. */
export interface DeployedVersion {
  readonly buildId: string;
  /** New workflows and singletons run on it. */
  readonly current: boolean;
  /** `current`, `draining` (pinned workflows are still open), `drained` (its workers may be ended) or `inactive`. */
  readonly state: 'current' | 'draining' | 'drained' | 'inactive';
}

/** Every version of the workers that the server knows, newest first; none where workers are not versioned. */
export async function deployedVersions(client: Client): Promise<readonly DeployedVersion[]> {
  const info = (await describe(client))?.info;
  const currentId = currentOf(info);
  const { DRAINING, DRAINED } = STATES;
  const stateOf = (status: number | null | undefined) => (status === DRAINING ? 'draining' : status === DRAINED ? 'drained' : 'inactive');
  return (info?.versionSummaries ?? [])
    .toSorted((a, b) => Number(b.createTime?.seconds ?? 0) - Number(a.createTime?.seconds ?? 0))
    .map(({ deploymentVersion, status }) => {
      const buildId = deploymentVersion?.buildId ?? '';
      // Where new workflows go decides; a version's own state is not always up to date.
      const current = buildId === currentId;
      return { buildId, current, state: current ? 'current' : stateOf(status) };
    });
}

const STATUS = proto.temporal.api.enums.v1.WorkerDeploymentVersionStatus;
const STATES = {
  DRAINING: STATUS.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING,
  DRAINED: STATUS.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED,
} as const;

/**
 * Makes a version current: workflows that start from now on, and singletons from their next step on, run on it; running
 * activations stay with the version that started them.
 *
 * @throws Error when no worker of that version asks for work, or it serves fewer queues than the current one.
 */
export async function promote(client: Client, buildId: string): Promise<void> {
  for (const deadline = Date.now() + KNOWN_WITHIN_MS; ;) {
    const known = await describe(client);
    // A version that is made current twice is taken for its own predecessor and begins to drain.
    if (currentOf(known?.info) === buildId) return;
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: client.options.namespace,
        deploymentName: DEPLOYMENT,
        buildId,
        identity: client.options.identity,
        // Refused if somebody promoted a version since we looked.
        ...(known === null ? {} : { conflictToken: known.conflictToken }),
      });
      return;
    } catch (error) {
      const code = grpcCode(error);
      if (code !== NOT_FOUND && code !== FAILED_PRECONDITION) throw error;
      if (Date.now() > deadline)
        throw new Error(
          `version ${buildId} cannot become current: ${(error as Error).message}; start its workers first and leave them running`,
          {
            cause: error,
          },
        );
      await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
    }
  }
}

/** On a new installation nobody has promoted a version yet: without a current one no workflow would ever start. */
export async function promoteFirst(client: Client, buildId: string): Promise<boolean> {
  if (currentOf((await describe(client))?.info) !== undefined) return false;
  await promote(client, buildId);
  return true;
}

type Info = temporal.api.deployment.v1.IWorkerDeploymentInfo;

function currentOf(info: Info | null | undefined): string | undefined {
  return info?.routingConfig?.currentDeploymentVersion?.buildId ?? undefined;
}

/** What the server knows of the deployment, and the mark of that knowledge; null if it knows none. */
async function describe(client: Client): Promise<{ readonly info: Info; readonly conflictToken: Uint8Array } | null> {
  try {
    const { workerDeploymentInfo, conflictToken } = await client.workflowService.describeWorkerDeployment({
      namespace: client.options.namespace,
      deploymentName: DEPLOYMENT,
    });
    return workerDeploymentInfo ? { info: workerDeploymentInfo, conflictToken } : null;
  } catch (error) {
    if (grpcCode(error) === NOT_FOUND) return null;
    throw error;
  }
}

function grpcCode(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}
