/**
 * A session's name in CloudTrail and in a recording: who is at this machine.
 *
 * @param otherwise Where the machine does not say.
 */
export function sessionName(otherwise: string): string {
  return (process.env["USER"] ?? otherwise).replace(/[^\w+=,.@-]/g, "-").slice(0, 64);
}
