/**
 * The channel of NOTIFY on which each commit is told, as `<network id in hexadecimal>:<revision>`. The migrations that
 * make the functions of commits have its name as well.
 */
export const NOTIFY_CHANNEL = 'stheno_changes';
