/** A program that a keeper runs. */
export interface KeptSpec {
  /** Names its run file and its place in messages: `postgres`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Opened before the user changes, made the working directory and handed down as descriptor 3. */
  readonly folder: string;
  /** User and group to run as; those of this process if left out. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The program's output is appended here. */
  readonly logFile: string;
  /** Folder of run files. */
  readonly runFolder: string;
  /** Asks the program to end in order. */
  readonly stopSignal: NodeJS.Signals;
  /** Milliseconds that it is given to do so. */
  readonly stopMs: number;
}

/** What a keeper says to the process that started it. */
export type KeeperMessage = { readonly kind: 'running'; readonly pid: number } | { readonly kind: 'failed'; readonly message: string };
