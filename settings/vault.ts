import { z } from "zod";

import { ANY_OBJECT, flag, oneOf, whole } from "./forms";

/** Days that evidence is kept at most, unless a vault says otherwise. */
const MOST_DAYS = 3650;

/** The evidence vault of a foundation, with how long it keeps what is in it. */
export const vault = z
  .strictObject(
    {
      mode: oneOf(["GOVERNANCE", "COMPLIANCE"]),
      days: whole(1, 36500, "retention in days, 1 to 36500").optional(),
      years: whole(1, 100, "retention in years, 1 to 100").optional(),
      mostDays: whole(1, 36500, "the longest retention anyone may set, in days").default(MOST_DAYS),
      legalHold: flag().default(false),
      trial: flag().default(false),
    },
    {
      error:
        "mode, and days or years, all without a default: they decide how long evidence cannot be deleted",
    },
  )
  .refine(({ days, years }) => (days === undefined) !== (years === undefined), {
    error: "days or years, one of them: how long evidence cannot be deleted",
    ...ANY_OBJECT,
  })
  .refine(
    ({ days, years = 0, mostDays }) =>
      !((days ?? years * 365) > (Number.isInteger(mostDays) ? mostDays : MOST_DAYS)),
    { error: "days, or 365 for each of years, not above mostDays", ...ANY_OBJECT },
  )
  .refine(({ trial, mode, days = 8 }) => trial !== true || (mode === "GOVERNANCE" && !(days > 7)), {
    error: "with trial: true, mode GOVERNANCE and at most 7 days",
    ...ANY_OBJECT,
  })
  .transform(({ days, years, ...vault }) => ({
    ...vault,
    retention: days === undefined ? { years: years ?? 0 } : { days },
  }))
  .meta({
    description:
      "Object Lock of the evidence vault, and Snapshot Lock of preserved copies: `mode` (GOVERNANCE: a custodian can release; COMPLIANCE: nobody can, while the evidence key is there, which neither binds), `days` or `years` of retention, `mostDays` as its ceiling (default 3650), `legalHold: true` to put every object under a legal hold as well, which only a custodian takes off, `trial: true` for a short rehearsal vault.",
    example: { mode: "COMPLIANCE", days: 2555 },
  });
