import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';

/**
 * Lets a workflow that lives long, or that nobody waits for, move to the current version of the workers at its next step.
 * Workers that are not versioned may not say so: the server would refuse their every answer.
 */
export function movesWithVersions(workflow: (...args: never[]) => Promise<unknown>): void {
  // The SDK gives every worker a build, and those that are versioned a deployment.
  const isVersioned = () => (workflowInfo().currentDeploymentVersion?.deploymentName ?? '') !== '';
  setWorkflowOptions(() => (isVersioned() ? { versioningBehavior: 'AUTO_UPGRADE' } : {}), workflow);
}
