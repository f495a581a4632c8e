import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  documentText,
  groupDocuments,
  type Phases,
  writeFiles,
} from "../../components/image/documents";
import { inventory } from "../../components/image/inventory";
import { AMI_FOLDER, readToolbox } from "../../components/image/toolbox";
import {
  type ComponentDocument,
  type Machine,
  parseDocument,
  runStep,
  withEscapes,
} from "./awstoe";

// What the documents write, byte for byte, whatever Image Builder's task orchestrator does with
// backslashes. The scripts run here, in a folder instead of the machine's root.

const toolbox = readToolbox();

const ORCHESTRATORS: readonly [string, (document: ComponentDocument) => ComponentDocument][] = [
  ["takes texts as they are", (document) => document],
  ["takes backslashes for escapes", withEscapes],
];

/** Writes a document's files below a folder. */
function write(root: string, document: ComponentDocument): void {
  const machine: Machine = {
    run: (script) => {
      // What is packed is moved where it was unpacked and compared.
      const moved = script
        .replaceAll("/dev/stdin /", `/dev/stdin ${root}/`)
        .replace("\nbash $script\n", `\nsed -i 's|/dev/stdin /|/dev/stdin ${root}/|' $script$&`);
      assert.notEqual(moved, script, "it writes elsewhere");
      const { status, stdout, stderr } = spawnSync("bash", ["-c", moved], { encoding: "utf8" });
      return { code: status ?? 1, output: stdout + stderr };
    },
    write: () => assert.fail("a file is written by an action, not by a script"),
    object: () => assert.fail("nothing is downloaded"),
  };
  document.phases
    .flatMap(({ steps }) => steps)
    .filter(({ name }) => /^Write(Files|Inventory)$/.test(name))
    .forEach((step) => runStep(machine, step));
}

for (const [what, read] of ORCHESTRATORS) {
  describe(`An orchestrator that ${what}`, () => {
    let root: string;

    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), "clean-room-files-"));
    });

    afterEach(() => {
      rmSync(root, { recursive: true });
    });

    const written = (path: string) => readFileSync(join(root, path));

    for (const { group, data } of groupDocuments(toolbox)) {
      it(`writes the files of the group ${group}, byte for byte`, () => {
        write(root, read(parseDocument(data)));
        for (const { from, path, mode } of toolbox.files.filter((file) => file.group === group)) {
          if (from.endsWith(".xz")) continue;
          assert.deepEqual(written(path), readFileSync(join(AMI_FOLDER, from)), path);
          assert.equal(
            (statSync(join(root, path)).mode & 0o7777).toString(8).padStart(4, "0"),
            mode,
          );
        }
        for (const { name, proof } of toolbox.tools.filter((tool) => tool.group === group)) {
          const path = `/usr/local/lib/clean-room/proofs/${group}/${name}`;
          assert.equal(written(path).toString(), `${proof.trimEnd()}\n`);
        }
      });
    }

    it("writes the list of what the image carries", () => {
      const { document, json } = inventory(
        toolbox,
        groupDocuments(toolbox),
        undefined,
        "111122223333",
      );
      write(root, read(parseDocument(document.data)));
      assert.equal(written("/etc/clean-room/toolbox.json").toString(), json);
    });

    it("writes whatever a file may hold", () => {
      const contents = [
        "\\\n",
        "\\n\\t\\1\\\\ \\u0041 %s\\n\n",
        "\tindented\n\n  $HOME $(id) 'quotes' \"quotes\" # no comment\n \n",
        "`kept`\n",
        "- {yaml: true}\n",
      ];
      const files = contents.map((content, n) => ({ path: `/f/${n}`, content, mode: "0644" }));
      const phases: Phases = { build: [writeFiles("WriteFiles", files)], validate: [], test: [] };
      write(root, read(parseDocument(documentText("files", "x", phases))));
      for (const { path, content } of files) {
        assert.equal(written(path).toString(), content);
      }
    });
  });
}

describe("What a document cannot hold is refused", () => {
  const file = (content: string) => () =>
    writeFiles("WriteFiles", [{ path: "/f", content, mode: "0644" }]);

  it("a file with backslashes and backticks, without a last line's end, with the line that ends it", () => {
    assert.throws(file("\\ `id`\n"), /backslashes or backticks, not both/);
    assert.throws(file("x"), /ends with a line's end/);
    assert.throws(file("x\nEND OF FILE\ny\n"), /no line 'END OF FILE'/);
  });

  it("a backslash in a script, and what YAML writes with one", () => {
    const text = (script: string) => () =>
      documentText("x", "x", {
        build: [{ name: "Do", action: "ExecuteBash", inputs: { commands: [script] } }],
        validate: [],
        test: [],
      });
    assert.throws(text("printf '\\n'"), /backslash/);
    assert.throws(text("echo a\r\necho b\n"), /backslash/);
    assert.doesNotThrow(text("echo a\necho b\n"));
  });

  it("and an orchestrator with escapes would have changed it", () => {
    const step = {
      name: "Do",
      action: "ExecuteBash",
      inputs: { commands: ["printf '%s\\n' \\1"] },
    };
    const phases = [{ name: "build", steps: [step] }];
    const document = { name: "x", schemaVersion: 1, phases };
    assert.notDeepEqual(withEscapes(document), document);
  });
});
