/** Name of the Automation runbook that locks a preserved copy; one in each Region. */
export const LOCK_RUNBOOK = "clean-room-lock-preserved-copy";
