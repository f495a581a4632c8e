/**
 * A text in one line, whatever a suspect called something: what drives a terminal, turns or breaks a line, or hides in
 * it is spelled out, each UTF-16 unit as `\u001b` is; inside JSON it means the same as before.
 *
 * Source: Unicode, UAX #44, General_Category: Cc control, Cf format (of both directions, of no width), Cs lone
 * surrogate, Zl and Zp line and paragraph separator.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (sign) =>
    Array.from(
      { length: sign.length },
      (_, unit) => `\\u${sign.charCodeAt(unit).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
