import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { Language, type Node, Parser } from "web-tree-sitter";

import {
  ACQUIRED_OBJECTS,
  ACQUIRED_OF_WINDOWS,
  acquisitionContent,
  acquisitionDocument,
  acquisitionParameters,
  partsOf,
  partsOfWindows,
} from "../../../components/acquisition/acquisitionDocument";
import { ACQUISITION } from "../../support/examples";

// No PowerShell runs here: what the script does on a Windows, and whether WinPmem writes into a pipe, no test has shown.

const PINS = { ...ACQUISITION, winpmem: "c2".repeat(32) };
const { mainSteps, parameters } = acquisitionDocument(PINS);
const step = mainSteps[1] ?? assert.fail();
const lines = step.inputs.runCommand;

/** What Windows PowerShell 5.1 brings on Server 2016 and newer, in the modules of these. */
const COMMANDS = [
  ...["ConvertTo-Json", "ForEach-Object", "Get-ChildItem", "Get-Process", "Join-Path"],
  ...["New-Object", "Remove-Item", "Set-StrictMode", "Start-Sleep", "Select-Object"],
  ...["Get-CimInstance", "Invoke-CimMethod"],
  ...["Get-NetTCPConnection", "Get-NetUDPEndpoint", "Get-NetIPAddress", "Get-NetNeighbor"],
  ...["Get-NetRoute", "Get-DnsClientCache", "Get-SmbSession", "Get-SmbOpenFile"],
];

/** Commands that change something, and what each of them is for. */
const CHANGING = {
  "Invoke-CimMethod": "takes away a driver that was left",
  "Remove-Item": "takes away the script's own folder",
};

function* all(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) {
    if (child !== null) {
      yield* all(child);
    }
  }
}

describe("The script that acquires a running Windows, which never ran on one", () => {
  let nodes: readonly Node[];
  const texts = (type: string) =>
    nodes.filter((node) => node.type === type).map(({ text }) => text);
  const ownFunctions = () => texts("function_name");

  before(async () => {
    await Parser.init();
    const grammar = require.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm");
    const parser = new Parser();
    parser.setLanguage(await Language.load(readFileSync(grammar)));
    nodes = [...all(parser.parse(lines.join("\n"))?.rootNode ?? assert.fail())];
  });

  it("is a step of Windows machines alone, only where the account names WinPmem", () => {
    assert.equal(step.action, "aws:runPowerShellScript");
    assert.deepEqual(step.precondition, { StringEquals: ["platformType", "Windows"] });
    assert.match(step.name, /^[a-zA-Z0-9_]{1,128}$/);
    assert.equal(acquisitionDocument(ACQUISITION).mainSteps.length, 1);
    assert.ok(!("WinpmemUrl" in acquisitionParameters(ACQUISITION)));
    assert.deepEqual(mainSteps[0], acquisitionDocument(ACQUISITION).mainSteps[0]);
    assert.ok(acquisitionContent(PINS).length < 64 * 1024);
  });

  it("is PowerShell, in letters that no code page changes", () => {
    const wrong = nodes.filter((node) => node.type === "ERROR" || node.isMissing);
    assert.deepEqual(
      wrong.map(({ startPosition, text }) => `${startPosition.row + 1}: ${text}`),
      [],
    );
    assert.match(lines.join("\n"), /^[\t\n -~]*$/);
  });

  it("calls its own functions, and what Windows PowerShell 5.1 has", () => {
    const called = new Set(texts("command_name").filter((name) => /^[A-Za-z]/.test(name)));
    const looks = lines.join("\n").match(/'(Get-[A-Za-z]+)', @/g) ?? [];
    const known = new Set([...COMMANDS, ...ownFunctions()]);
    for (const name of [...called, ...looks.map((look) => look.split("'")[1] ?? "")]) {
      assert.ok(known.has(name), name);
    }
    const changing = [...called].filter(
      (name) =>
        !ownFunctions().includes(name) &&
        /^(?!Get-|New-Object|Join-|ConvertTo-|ForEach-|Select-|Start-Sleep|Set-StrictMode)/.test(
          name,
        ),
    );
    assert.deepEqual(changing.sort(), Object.keys(CHANGING).sort());
  });

  it("evaluates no text, compiles nothing, and starts one program", () => {
    assert.deepEqual(texts("command_invokation_operator"), []);
    const script = lines.join("\n");
    assert.doesNotMatch(
      script,
      /Invoke-Expression|\biex\b|Add-Type|ScriptBlock|AddScript|InvokeScript|-EncodedCommand/i,
    );
    assert.equal(script.match(/Process\]::Start\(/g)?.length, 1);
  });

  it("reads each parameter once, between quotes that none of its values can end", () => {
    const read = lines.flatMap((line) => [...line.matchAll(/(.)\{\{ (\w+) \}\}(.)/g)]);
    assert.deepEqual(read.map(([, , name]) => name).sort(), [
      ...["Access", "Acquire", "PartMiB", "Prefix", "Signatures", "Vault"],
      ...["WinpmemSha256", "WinpmemUrl"],
    ]);
    assert.ok(read.every(([, before, , after]) => before === "'" && after === "'"));
    assert.ok(!lines.some((line) => line.replace(/'\{\{ \w+ \}\}'/g, "").includes("{{")));
    const quoted = nodes
      .filter(({ type, text }) => type === "verbatim_string_characters" && text.includes("{{"))
      .map(({ text }) => text);
    assert.equal(quoted.length, read.length);
  });

  it("takes no value that ends its quotes, typographic ones included", () => {
    const url =
      "https://tools.s3.us-east-1.amazonaws.com/carry/winpmem.exe?X-Amz-Date=20261130T091500Z";
    for (const [name, form] of Object.entries(parameters)) {
      if (!("allowedPattern" in form)) {
        continue;
      }
      const pattern = new RegExp(form.allowedPattern);
      for (const sign of [
        "'",
        "\u2018",
        "\u2019",
        "\u201a",
        "\u201b",
        "`",
        "$(reboot)",
        "\n",
        ";",
      ]) {
        assert.doesNotMatch(`${url}${sign}`, pattern, name);
        assert.doesNotMatch(sign, pattern, name);
      }
    }
    const winpmem = new RegExp(
      "WinpmemUrl" in parameters && parameters.WinpmemUrl !== undefined
        ? parameters.WinpmemUrl.allowedPattern
        : assert.fail(),
    );
    assert.match(url, winpmem);
    assert.doesNotMatch(url.replace("https", "http"), winpmem);
  });

  it("has its folder, and looks for what was left, where administrators alone make any", () => {
    const script = lines.join("\n");
    assert.match(script, /^\$below = \$env:SystemRoot$/m);
    assert.doesNotMatch(script, /Temp['\\]|\$env:(TEMP|TMP|ProgramData)|GetTempPath/i);
    assert.deepEqual(script.match(/\$env:\w+/g), ["$env:SystemRoot"]);
  });

  it("reads the memory alone: WinPmem's service has one name, and a second one refuses before it fetches or puts anything", () => {
    const script = lines.join("\n");
    const [taken = "", ...others] = nodes
      .filter(({ type, text }) => type === "assignment_expression" && /IO\.FileStream/.test(text))
      .map(({ text }) => text)
      .filter((text) => text.includes("clean-room-acquire.lock"));
    assert.deepEqual(others, []);
    // Of this machine's administrators, for nobody else meanwhile, and gone with the process.
    assert.match(
      taken,
      /^\$alone = .*Join-Path \$below .*OpenOrCreate, .*FileShare\]::None, 1, \[IO\.FileOptions\]::DeleteOnClose\)$/,
    );
    const at = script.indexOf(taken);
    assert.match(script.slice(0, at), /\nif \(\$what -ne 'state'\) \{\n\ttry \{\n\t\t$/);
    assert.match(script.slice(at + taken.length), /^\n\t\} catch \{ Deny-Acquisition \(/);
    for (const later of ["Get-Winpmem $tool", "Add-Text 'begun.txt'", "CreateDirectory("]) {
      assert.ok(script.indexOf(later) > at, later);
    }
    // Until the driver is gone and the folder with it.
    const ends = script.indexOf("$alone.Close()");
    assert.ok(
      ends > script.lastIndexOf("Remove-Driver") && ends > script.lastIndexOf("Remove-Item"),
    );
    assert.equal(script.match(/\$alone/g)?.length, 4);
  });

  it("puts what its signatures are for, in their order", () => {
    const script = lines.join("\n");
    const places = ACQUIRED_OF_WINDOWS.map((name) => script.indexOf(`'${name}'`));
    assert.ok(places.every((place) => place > 0));
    assert.match(
      script,
      /\$begun, \$stateSignature, \$transcriptSignature, \$manifestSignature = 1\.\.4/,
    );
    assert.equal(ACQUIRED_OF_WINDOWS.length, ACQUIRED_OBJECTS.length);
  });

  it("leaves room for the gap below 4 GiB, and holds a part in one array", () => {
    for (const memoryMiB of [1024, 8192, 65_536, 245_760]) {
      const { partMiB, parts } = partsOfWindows(memoryMiB) ?? assert.fail();
      assert.ok(partMiB * parts > memoryMiB + 1024 && partMiB <= 1024);
    }
    assert.notEqual(partsOf(524_288), undefined);
    assert.equal(partsOfWindows(524_288), undefined);
  });
});
