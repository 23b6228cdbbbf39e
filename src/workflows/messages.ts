import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ActivationStory, AskReply, StartAnswer } from '../domain/activation-request.js';
import type { MessageAnswer, MessageCancelReply } from '../domain/message-request.js';
import { MESSAGES } from '../domain/names.js';
import type { CheckReply, CodeCheck, ResendReply, ResendRequest, VerificationAnswer } from '../domain/verification-request.js';

/** Answers once the number is bought or nothing could be bought; only this update awaits a provider (ORDERS.md, rule 23). */
export const startUpdate = defineUpdate<StartAnswer, []>(MESSAGES.start);

/** What the client wants. Answers at once; the main loop does it. */
export const askUpdate = defineUpdate<AskReply, [{ readonly intention: 'cancel' | 'finish' | 'resend' }]>(MESSAGES.ask);

/** The provider itself showed an SMS, and its row is in the inbox. */
export const smsReceivedSignal = defineSignal<[{ readonly inboxId: string }]>(MESSAGES.smsReceived);

/** The provider's record shows the order as ended before our deadline. */
export const orderEndedSignal = defineSignal<[{ readonly orderId: string }]>(MESSAGES.orderEnded);

/** The refund is proven and the client has their money. */
export const refundedSignal = defineSignal<[]>(MESSAGES.refunded);

/** What the workflow says of itself. */
export const storyQuery = defineQuery<ActivationStory>(MESSAGES.story);

/** Answers once the message's money is held, or why it cannot be sent. */
export const messageStartUpdate = defineUpdate<MessageAnswer, []>(MESSAGES.start);

/** Takes a scheduled message back, as long as no carrier was asked. */
export const cancelMessageUpdate = defineUpdate<MessageCancelReply, []>(MESSAGES.cancelMessage);

/** A receipt of one of the message's attempts is stored. */
export const receiptSignal = defineSignal<[]>(MESSAGES.receipt);

/** Answers once the first code's message is opened, or why it cannot be. */
export const verificationStartUpdate = defineUpdate<VerificationAnswer, []>(MESSAGES.start);

/** Compares what was typed back; only its keyed hash travels. */
export const checkCodeUpdate = defineUpdate<CheckReply, [CodeCheck]>(MESSAGES.checkCode);

/** Sends another code beside those that are there. */
export const resendCodeUpdate = defineUpdate<ResendReply, [ResendRequest]>(MESSAGES.resendCode);

/** Takes a verification back: all its codes are dead. */
export const cancelVerificationUpdate = defineUpdate<{ readonly kind: 'cancelled' }, []>(MESSAGES.cancelVerification);
