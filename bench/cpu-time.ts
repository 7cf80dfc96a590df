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

/** CPU time of a process with its threads that have ended, in ms with a grain of 10 (Linux). */
export function lifetimeCpuTimeMs(pid: number): number {
  // The second field is the command in parentheses and may hold anything; count from behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** CPU time that the whole machine spent or had stolen since it started, in ms over all cores. */
export function machineBusyMs(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softIrq + steal) * TICK_MS;
}
