import { isDeepStrictEqual } from "node:util";

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

/** What options say otherwise than the file of a room that is there: it is changed in its file, where everybody sees it. */
export function differences(
  given: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
  name: string,
): string[] {
  return Object.entries(given).flatMap(([setting, value]) => {
    const noted = file[`clean-room:${setting}`];
    return noted === undefined || isDeepStrictEqual(noted, value)
      ? []
      : `The room is there, with ${setting} ${JSON.stringify(noted)}, and ${JSON.stringify(value)} was said: change ${setting} in ${name}, then run this again without that option.`;
  });
}
