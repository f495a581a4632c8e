/** Why a disk has no hash, in the responder's words: a line of plain text. */
export const UNHASHED_REASON = /^(?! )[ -~]{3,200}(?<! )$/;
