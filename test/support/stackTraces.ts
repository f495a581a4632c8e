import { SourceMap, type SourceMapPayload } from "node:module";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it is JavaScript, as it is what runs TypeScript
const { translated } = require("../../register") as { translated: (file: string) => string };

const maps = new Map<string, SourceMap>();

/**
 * Traces name the lines of the sources. An error that says nothing gets none: Pulumi's SDK makes one for every
 * promise, in case that one is never kept, and writing their traces took half the time of a deployment with mocks.
 */
Error.prepareStackTrace = (error, frames) =>
  error.message === "" ? error.name : [told(error), ...frames.map(line)].join("\n    at ");

/** As Error itself says it: an assertion's own way has its code twice here. */
function told(error: Error): string {
  return Error.prototype.toString.call(error);
}

function line(frame: NodeJS.CallSite & { toString(): string }): string {
  const file = frame.getFileName();
  const row = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (!file?.endsWith(".ts") || row === null || column === null) {
    return frame.toString();
  }
  const entry = mapOf(file).findEntry(row - 1, column - 1);
  const there =
    "originalLine" in entry ? `${entry.originalLine + 1}:${entry.originalColumn + 1}` : "?";
  return frame.toString().replace(`${file}:${row}:${column}`, `${file}:${there}`);
}

function mapOf(file: string): SourceMap {
  const known = maps.get(file);
  if (known !== undefined) {
    return known;
  }
  const [, inline = ""] = /sourceMappingURL=.*base64,(.*)\s*$/.exec(translated(file)) ?? [];
  const payload = JSON.parse(Buffer.from(inline, "base64").toString()) as SourceMapPayload;
  const map = new SourceMap(payload);
  maps.set(file, map);
  return map;
}
