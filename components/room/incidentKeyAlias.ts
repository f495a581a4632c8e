/** Alias of a room's incident key: the one name of it that is known beforehand. */
export function incidentKeyAlias(ticket: string): string {
  return `alias/clean-room/${ticket.toLowerCase()}`;
}
