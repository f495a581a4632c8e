/** Logical name of a room's link, with which the names of all its parts begin. */
export const LINK = "link";

/** Logical name of its connection. */
export const LINK_CONNECTION = `${LINK}-connection`;

/** What the names of its rules in the isolation group begin with. */
export const LINK_RULES = `${LINK}-isolation`;

/** What the names of all that mirrors the suspect's traffic begin with. */
export const CAPTURE = `${LINK}-capture`;

/** Logical names of its parts, and their tag `Name`. */
export const CAPTURE_PARTS = {
  target: `${CAPTURE}-target`,
  share: `${CAPTURE}-share`,
  filter: `${CAPTURE}-filter`,
  rule: (direction: "ingress" | "egress") => `${CAPTURE}-filter-${direction}`,
  session: (interfaceId: string) => `${CAPTURE}-session-${interfaceId}`,
} as const;
