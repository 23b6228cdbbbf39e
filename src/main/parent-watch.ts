/**
 * Calls `gone` when the process that started this one has ended, even by force. Does nothing in a process that was started
 * from a shell or by a service manager.
 */
export function onParentGone(gone: () => void): void {
  if (!process.connected) return;
  process.once('disconnect', gone);
  // The channel alone must not keep this process alive.
  process.channel?.unref();
}
