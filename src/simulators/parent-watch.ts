/** Milliseconds between two looks at the parent. */
const EVERY_MS = 1_000;

/**
 * Calls `gone` once when the process that started this one has gone: its end of our standard input is closed, or we have
 * been given another parent.
 *
 * @returns a function that ends the watch.
 */
export function watchParent(gone: () => void): () => void {
  const parent = process.ppid;
  let over = false;
  const once = (): void => {
    if (over) return;
    over = true;
    gone();
  };
  const timer = setInterval(() => {
    if (process.ppid !== parent) once();
  }, EVERY_MS);
  // A terminal or an empty input says nothing about the parent; a pipe does.
  const piped = !process.stdin.isTTY && process.stdin.constructor.name === 'Socket';
  if (piped) {
    process.stdin.on('end', once);
    process.stdin.on('close', once);
    process.stdin.on('error', once);
    process.stdin.resume();
  }
  return () => {
    over = true;
    clearInterval(timer);
    if (piped) process.stdin.pause();
  };
}
