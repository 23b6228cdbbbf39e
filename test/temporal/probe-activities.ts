import { ApplicationFailure } from '@temporalio/common';

export const probeActivities = {
  async echo(input: { phone: string }): Promise<{ phone: string }> {
    return input;
  },
  async fail(input: { phone: string }): Promise<void> {
    throw ApplicationFailure.create({
      message: `provider said ${input.phone}`,
      type: 'provider_error',
      nonRetryable: true,
      details: [input],
    });
  },
};

export type ProbeActivities = typeof probeActivities;
