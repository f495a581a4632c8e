import assert from "node:assert/strict";

import { columns } from "../../cli/columns";
import { printable } from "../../cli/printable";
import { linesOf } from "../../cli/report/verdicts";
import { Terminal } from "../../cli/terminal";

/** What a name can do to a terminal: colour and erase, end a line, turn it around, hide. */
const HOSTILE =
  "a\u001b[2K\u009b31m\rok\u0007\u0000\u202egnp\u2066\u061c\u200b\u2060\ufeff\u00ad\u2028\u{e0041}.exe";

/** What a process writes while something is done. */
function written(stream: "error" | "log", act: () => void): string {
  const lines: string[] = [];
  const before = console[stream].bind(console);
  console[stream] = (line: string) => void lines.push(line);
  try {
    act();
  } finally {
    console[stream] = before;
  }
  return lines.join("\n");
}

describe("what is said to a terminal", () => {
  it("has nothing in it that drives the terminal, turns or breaks the line, or cannot be seen", () => {
    const said = written("error", () => new Terminal().say(`cases/${HOSTILE} is not there.`));
    assert.doesNotMatch(said, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.match(
      said,
      /^cases\/a\\u001b\[2K\\u009b31m\\u000dok.*\\u202egnp.*\.exe is not there\.$/,
    );
    assert.equal(printable("SHA-256 ä 証 😀 \ud800"), "SHA-256 ä 証 😀 \\ud800");
  });

  it("keeps the lines of what has several", () => {
    assert.equal(
      written("error", () => new Terminal().say("one\ntwo")),
      "one\ntwo",
    );
  });

  it("is one line a finding, so that no name adds a check that is sound", () => {
    const lines = linesOf([
      {
        id: "missing",
        title: "No record is missing",
        verdict: "wrong",
        said: "",
        findings: [{ verdict: "wrong", said: "a\nok    All is sound", sources: [] }],
      },
    ]);
    assert.deepEqual(lines, ["WRONG No record is missing", "        a\\u000aok    All is sound"]);
  });

  it("is one line a row of a table", () => {
    assert.deepEqual(columns([["disk"], ["a\nb"]]), ["disk", "a\\u000ab"]);
  });

  it("is the same for programs", () => {
    const terminal = new Terminal();
    terminal.json = true;
    const told = written("log", () => terminal.tell({ name: HOSTILE }));
    assert.doesNotMatch(told, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.deepEqual(JSON.parse(told), { name: HOSTILE });
  });
});
