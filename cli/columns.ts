import { printable } from "./printable";

/** Rows in columns as wide as their widest cell, two spaces between them; a line each, whatever names are in them. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const lines = rows.map((row) => row.map(printable));
  const widths = (lines[0] ?? []).map((_, column) =>
    lines.reduce((widest, row) => Math.max(widest, (row[column] ?? "").length), 0),
  );
  return lines.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
