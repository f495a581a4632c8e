import { NoEngineError } from "./engine/pulumiCli";
import { UnexpectedError } from "./expectations";

/**
 * Ends a command of the rehearsal with 1 and the reason, without a trace.
 *
 * @throws whatever is a defect of the rehearsal itself.
 */
export function endWithReason(error: unknown): void {
  if (!(error instanceof NoEngineError) && !(error instanceof UnexpectedError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
