/** How long evidence is locked: in days or in years, as S3 takes it. */
export type Retention = { readonly days: number } | { readonly years: number };

/** A retention in days, never more than it is: S3 counts a year as 365. */
export function daysOf(retention: Retention): number {
  return "days" in retention ? retention.days : retention.years * 365;
}
