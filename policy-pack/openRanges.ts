/** Whether a range holds every address of its family, however it is written. */
export function isEverybody(range: unknown): boolean {
  return typeof range === "string" && range.endsWith("/0");
}
