/** Says one line to whoever started the platform. */
export type Report = (message: string) => void;

/**
 * Does something that may take long, and says so: once after `quietMs`, then every `everyMs`, with the seconds gone by.
 *
 * @param label what is being done, as in `Building the Temporal server`.
 */
export async function withProgress<T>(report: Report, label: string, work: () => Promise<T>, quietMs = 2_500, everyMs = 5_000): Promise<T> {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1_000);
  let timer: NodeJS.Timeout | undefined;
  let said = false;
  function say(): void {
    report(said ? `${label} … ${seconds()} s` : `${label} …`);
    said = true;
    timer = setTimeout(say, everyMs);
  }
  timer = setTimeout(say, quietMs);
  try {
    const result = await work();
    if (said) report(`${label}: done after ${seconds()} s`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
