import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** What every line of a benchmark carries: figures mean nothing without it. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  readonly server?: string;
}

/** This machine; `server` is the version of the Temporal server where one takes part. */
export function machine(server?: string): Machine {
  const [first] = cpus();
  return { cores: cpus().length, cpu: first?.model ?? 'unknown', node: process.version, ...(server === undefined ? {} : { server }) };
}

/** Prints one line of JSON. */
export function line(figures: object): void {
  console.log(JSON.stringify(figures));
}

/** The value below which that share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** To so many places behind the point. */
export function round(value: number, places = 1): number {
  return Math.round(value * 10 ** places) / 10 ** places;
}

/** Least, middle and most of what rounds gave. */
export function spread(values: readonly number[], places = 2): { readonly min: number; readonly median: number; readonly max: number } {
  return {
    min: round(percentile(values, 0), places),
    median: round(percentile(values, 0.5), places),
    max: round(percentile(values, 1), places),
  };
}

/** Milliseconds of a clock tick in /proc (`getconf CLK_TCK`). */
const TICK_MS = 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU milliseconds that processes used so far; of each its children as well, running or ended, where `tree` says so. Linux only. */
export function cpuMs(pids: readonly number[], tree = false): number {
  return pids.flatMap((pid) => (tree ? [pid, ...childrenOf(pid)] : [pid])).reduce((sum, pid) => sum + ticksOf(pid, tree) * TICK_MS, 0);
}

/** Resident memory of a process in bytes. Linux only. */
export function rssBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1_024;
}

function ticksOf(pid: number, tree: boolean): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').map(Number);
    // utime and stime, then those of children that have ended.
    return fields[11]! + fields[12]! + (tree ? fields[13]! + fields[14]! : 0);
  } catch {
    return 0;
  }
}

function childrenOf(parent: number): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid!);
}
