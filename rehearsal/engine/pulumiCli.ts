import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";

import { pulumiOnPath } from "../../cli/pulumiOnPath";
import { Refusal } from "../../components/refusal";

const CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Where the SDK's installer has the CLI from; asked first, as the installer itself waits for ever. */
const DOWNLOADS = "https://get.pulumi.com/latest-version";
const ANSWER_MILLISECONDS = 5_000;

/** How often a build that takes minutes says how far it is. */
const REPORT_MILLISECONDS = 15_000;

/** The engine cannot be had here; the message says what to install. */
export class NoEngineError extends Error {}

/**
 * Finds the Pulumi CLI: the one on PATH, else the pinned one in the user's cache folder, which comes there once: by
 * the SDK's installer, or where that cannot be had, from its Go module.
 *
 * @param environment PATH, and XDG_CACHE_HOME or HOME.
 * @param say Told what happens, a line at a time.
 * @param install Installs a version into a folder. @returns whether it could
 * @throws NoEngineError when there is no CLI, none to download, and no Go to build one with.
 */
export async function findPulumi(
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
  install: (version: string, root: string) => Promise<boolean> = download,
): Promise<PulumiCommand> {
  if (findOnPath("pulumi", environment) !== undefined) {
    return pulumiOnPath().catch((error: unknown) => {
      throw error instanceof Refusal ? new NoEngineError(error.message) : error;
    });
  }
  const version = pinnedVersion();
  const root = join(cacheFolder(environment), "clean-room", "pulumi", version);
  if (!existsSync(join(root, "bin", "pulumi"))) {
    say(`There is no pulumi on PATH: fetching ${version}, about 150 MB, once, into ${root}.`);
    if (await install(version, root)) {
      return PulumiCommand.get({ root });
    }
    if (findOnPath("go", environment) === undefined) {
      throw new NoEngineError(
        [
          "The rehearsal needs the Pulumi CLI, there is no `pulumi` on PATH, and none could be downloaded.",
          "Install one of these, then run it again:",
          "  the Pulumi CLI   https://www.pulumi.com/docs/iac/download-install/",
          "  Go               https://go.dev/dl/ (the rehearsal then builds the CLI itself, once)",
        ].join("\n"),
      );
    }
    await build(version, root, environment, say);
  }
  return PulumiCommand.get({ root });
}

/** The version the Go module beside this file asks for, e.g. `v3.259.0`. */
export function pinnedVersion(): string {
  const file = readFileSync(join(__dirname, "go.mod"), "utf8");
  const version = /pulumi\/pkg\/v3 (v\S+)/.exec(file)?.[1];
  if (version === undefined) {
    throw new Error("rehearsal/engine/go.mod names no version of the Pulumi CLI");
  }
  return version;
}

function cacheFolder(environment: NodeJS.ProcessEnv): string {
  return environment["XDG_CACHE_HOME"] ?? join(environment["HOME"] ?? homedir(), ".cache");
}

function findOnPath(program: string, environment: NodeJS.ProcessEnv): string | undefined {
  return (environment["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Has the SDK install the CLI, where its downloads can be reached. @returns whether it is there now */
async function download(version: string, root: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MILLISECONDS);
    if (!(await fetch(DOWNLOADS, { signal })).ok) {
      return false;
    }
    await PulumiCommand.install({ root, version: new SemVer(version) });
    return true;
  } catch {
    return false;
  }
}

/** Builds into a file of its own first, so that a build that is cut short leaves no broken CLI. */
async function build(
  version: string,
  root: string,
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  say("It cannot be downloaded here: building it from its Go module.");
  say(
    "This happens once and takes about 4 minutes on 2 cores. Go keeps 3 GB for it in its caches;",
  );
  say("go clean -cache -modcache frees them.");
  const bin = join(root, "bin");
  mkdirSync(bin, { recursive: true });
  const draft = join(bin, `pulumi.${process.pid}.new`);
  const began = Date.now();
  const flags = `-s -w -X ${VERSION_VARIABLE}=${version}`;
  await run(
    ["build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", draft, CLI_PACKAGE],
    environment,
    (fetched, compiled) => {
      const seconds = Math.round((Date.now() - began) / 1000);
      say(`  ${seconds} s: ${fetched} modules fetched, ${compiled} packages compiled`);
    },
  );
  renameSync(draft, join(bin, "pulumi"));
  say(`Built in ${Math.round((Date.now() - began) / 1000)} s.`);
}

function run(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  report: (fetched: number, compiled: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = spawn("go", args, {
      cwd: __dirname,
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let fetched = 0;
    let compiled = 0;
    let lines: string[] = [];
    let rest = "";
    go.stderr.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      fetched += parts.filter((line) => line.startsWith("go: downloading")).length;
      compiled += parts.filter((line) => /^[\w./-]+$/.test(line)).length;
      lines = [...lines, ...parts].slice(-20);
    });
    const reports = setInterval(() => report(fetched, compiled), REPORT_MILLISECONDS);
    go.on("error", reject).on("close", (code) => {
      clearInterval(reports);
      if (code === 0) {
        resolve();
      } else {
        reject(new NoEngineError(`Go could not build the Pulumi CLI:\n${lines.join("\n")}`));
      }
    });
  });
}
