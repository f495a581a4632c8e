import { Refusal } from "../../components/refusal";

/**
 * Names in AWS and in the vault are spelled as the ticket was typed first; the stack's name is lower case, and finds the same
 * room by every spelling.
 *
 * @param noted The ticket of the room's file; undefined where it has none yet.
 * @param name Name of that file.
 * @throws Refusal where the file has another spelling.
 */
export function requireSpelling(
  ticket: string,
  noted: string | number | undefined,
  name: string,
): void {
  if (noted !== undefined && String(noted) !== ticket) {
    throw new Refusal(`The room of ${ticket} is not opened; nothing was changed`, [
      `In ${name} its ticket is spelled ${String(noted)}: npx clean-room open ${String(noted)}`,
    ]);
  }
}

/** What speaks against opening a room whose closing was begun: its `up` would go on with that. */
export function closingReasons(
  ticket: string,
  file: Readonly<Record<string, unknown>>,
): readonly string[] {
  // In quotes it means the same.
  return String(file["clean-room:closing"]) === "true"
    ? [
        `Its file says closing: true. To close: npx clean-room close ${ticket}. To go on: closing: false there, then this again.`,
      ]
    : [];
}
