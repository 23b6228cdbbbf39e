/**
 * Calls `gone` when the process that started this one has ended, even by force, and at once if it already has. Does nothing
 * in a process that was started from a shell or by a service manager.
 */
export function onParentGone(gone: () => void): void {
  // Present for life in a process that was given a channel, unlike the channel itself.
  if (process.send === undefined) return;
  if (!process.connected) {
    gone();
    return;
  }
  process.once('disconnect', gone);
  // The channel alone must not keep this process alive.
  process.channel?.unref();
}

/** Whether the process that started this one has ended. */
export function isOrphaned(): boolean {
  return process.send !== undefined && !process.connected;
}
