import { createHmac, randomUUID } from 'node:crypto';
import type { ActivationCommands, ActivationStory, AskReply, StartActivation, StartAnswer } from '../../src/domain/activation-request.js';

type Started = Awaited<ReturnType<ActivationCommands['start']>>;

/** Commands that do what the test says, and remember what they were asked. */
export interface ScriptedCommands extends ActivationCommands {
  readonly starts: StartActivation[];
  readonly asks: string[];
  onStart: (input: StartActivation, waitMs: number) => Promise<Started>;
  onAsk: (activationId: string, intention: 'cancel' | 'finish' | 'resend') => Promise<AskReply | { kind: 'ended' }>;
  onStory: (activationId: string) => Promise<ActivationStory | null>;
}

/** Nothing is bought unless `onStart` is set. */
export function scriptedCommands(): ScriptedCommands {
  const secret = randomUUID();
  const commands: ScriptedCommands = {
    starts: [],
    asks: [],
    onStart: () => Promise.reject(new Error('nothing was scripted')),
    onAsk: () => Promise.reject(new Error('nothing was scripted')),
    onStory: () => Promise.resolve(null),
    identify(accountId, route, key) {
      const hex = createHmac('sha256', secret)
        .update(JSON.stringify([accountId, route, key]))
        .digest('hex');
      const activationId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
      return { activationId, workflowId: `activation/${activationId}` };
    },
    start(input, waitMs) {
      commands.starts.push(input);
      return commands.onStart(input, waitMs);
    },
    ask(activationId, intention) {
      commands.asks.push(`${intention} ${activationId}`);
      return commands.onAsk(activationId, intention);
    },
    story: (activationId) => commands.onStory(activationId),
  };
  return commands;
}

/** The answer to a start that bought or failed. */
export function answered(input: StartActivation, failure: StartAnswer['failure'] = null): Started {
  return { kind: 'answered', answer: { activationId: input.activationId, requestHash: input.requestHash, failure } };
}
