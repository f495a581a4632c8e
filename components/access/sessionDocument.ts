/** Name of the Session Manager document of rooms that were opened before each slot had its own; one in each Region. */
export const SESSION_DOCUMENT = "clean-room-session";

/** Name of the log group that the sessions of those rooms are recorded in. Each slot's is below it. */
export const SESSION_LOG_GROUP = "/clean-room/sessions";

/** Name of the Session Manager document of the room in a slot; one in each Region. */
export function sessionDocumentOf(slot: string): string {
  return `${SESSION_DOCUMENT}-${slot}`;
}

/** Name of the log group that the sessions of the room in a slot are recorded in. */
export function sessionLogGroupOf(slot: string): string {
  return `${SESSION_LOG_GROUP}/${slot}`;
}

/**
 * Content of a Session Manager document of workstations: a shell as `examiner`, who has no sudo but
 * for the evidence helpers, recorded line by line in an encrypted log group. The agent refuses the
 * session where the group is not encrypted.
 *
 * Source: Systems Manager user guide, "Session document schema".
 */
export function sessionDocument(logGroup: string): object {
  return {
    schemaVersion: "1.0",
    description: "A recorded shell on a forensics workstation, as examiner",
    sessionType: "Standard_Stream",
    inputs: {
      cloudWatchLogGroupName: logGroup,
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
