/** Logical name of a room's link, with which the names of all its parts begin. */
export const LINK = "link";

/** Logical name of its connection. */
export const LINK_CONNECTION = `${LINK}-connection`;

/** What the names of its rules in the isolation group begin with. */
export const LINK_RULES = `${LINK}-isolation`;
