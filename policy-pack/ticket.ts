/**
 * The form of a ticket, as the source of a pattern. The program says the same of its own (`components/case.ts`), which the
 * pack does not read; a test holds them together.
 */
export const TICKET = "[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?";

/** The form of a room's stack: a ticket in lower case. */
export const ROOM_STACK = TICKET.replaceAll("A-Z", "");
