/** The variables of a process. Only this folder reads them; everyone else is given a {@link import('./config.js').Config}. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of this process, for entry points: to load the configuration from and to hand down to child processes. */
export function readEnvironment(): Environment {
  return process.env;
}
