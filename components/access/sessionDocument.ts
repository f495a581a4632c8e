/** Name of the Session Manager document that sessions on workstations use; one in each Region. */
export const SESSION_DOCUMENT = "clean-room-session";

/** Name of the log group that sessions are recorded in. */
export const SESSION_LOG_GROUP = "/clean-room/sessions";

/**
 * Content of the Session Manager document of workstations: a shell as `examiner`, who has no sudo but
 * for the evidence helpers, recorded line by line in an encrypted log group. The agent refuses the
 * session where the group is not encrypted.
 *
 * Source: Systems Manager user guide, "Session document schema".
 */
export function sessionDocument(): object {
  return {
    schemaVersion: "1.0",
    description: "A recorded shell on a forensics workstation, as examiner",
    sessionType: "Standard_Stream",
    inputs: {
      cloudWatchLogGroupName: SESSION_LOG_GROUP,
      cloudWatchEncryptionEnabled: true,
      cloudWatchStreamingEnabled: true,
      // Imaging and timelines run for hours; who is away for one has to log in again.
      idleSessionTimeout: "60",
      runAsEnabled: true,
      runAsDefaultUser: "examiner",
      shellProfile: { linux: "cd && exec bash --login" },
    },
  };
}
