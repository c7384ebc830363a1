/** Ms of processor that this thread spends on it, whatever else the machine does meanwhile. */
export function costOf(work: () => void): number {
  const began = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1_000;
}
