import { readdirSync, readFileSync } from 'node:fs';

/** The kernel's unit in /proc/PID/stat and /proc/stat (Linux: USER_HZ is 100 everywhere). */
const TICK_MS = 10;

/** CPU time that the living threads of a process have used so far, in ms with nanosecond grain (Linux). */
export function cpuTimeMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, value) => sum + value, 0) / 1e6;
}

/**
 * CPU time of a process and its children, in ms: what they have used so far, and what children used that have ended
 * and were waited for (Linux).
 */
export function familyCpuTimeMs(pid: number): number {
  const fields = statFields(pid);
  const endedMs = (Number(fields[13]) + Number(fields[14])) * TICK_MS;
  return [pid, ...childrenOf(pid)].reduce((sum, member) => sum + livingCpuTimeMs(member), endedMs);
}

/** The process that started another one, 0 where none is known (Linux). */
export function parentOf(pid: number): number {
  return Number(statFields(pid)[1]);
}

/** Memory of a process that is not swapped out, in bytes (Linux). */
export function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

/** CPU time of a process with its threads that have ended, in ms with a grain of 10 (Linux). */
export function lifetimeCpuTimeMs(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** CPU time that the whole machine spent or had stolen since it started, in ms over all cores. */
export function machineBusyMs(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softIrq + steal) * TICK_MS;
}

/** The fields of /proc/PID/stat from the third on. */
function statFields(pid: number): string[] {
  // The second field is the command in parentheses and may hold anything; count from behind it.
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
}

/** Processes that the first thread of a process started. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** 0 for a process that has just ended. */
function livingCpuTimeMs(pid: number): number {
  try {
    return cpuTimeMs(pid);
  } catch {
    return 0;
  }
}
