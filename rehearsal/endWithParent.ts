/** How often is looked whether whoever started this process is still there. */
const LOOK_MILLISECONDS = 500;

/**
 * Ends this process when whoever started it is gone. The engine ends its plugins when it ends in order; one that is
 * killed cannot, and what it leaves would wait for an answer, and ask for it, for ever.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      process.exit();
    }
  }, LOOK_MILLISECONDS).unref();
}
