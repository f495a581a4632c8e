/** Switches of an account in a Region, by what they are about. */
export const ACCOUNT_SWITCHES = [
  "disks",
  "snapshots",
  "images",
  "buckets",
  "metadata",
  "serial-console",
] as const;

/** One of them. */
export type AccountSwitch = (typeof ACCOUNT_SWITCHES)[number];
