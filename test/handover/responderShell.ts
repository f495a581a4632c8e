import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** How a program ended, and what it said. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Temporary credentials of a role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A shell of a responder who has taken a role of an account, with the real AWS CLI. */
export class ResponderShell {
  private constructor(
    private readonly environment: NodeJS.ProcessEnv,
    public readonly credentials: RoleCredentials,
  ) {}

  /**
   * Takes a role by STS: on the emulator the access key decides whose account is meant.
   *
   * @param role ARN of the role.
   * @param environment As {@link cliEnvironment} makes it.
   * @param by Access key of who takes it.
   * @param session What the session of the role is called.
   */
  public static async open(
    role: string,
    environment: NodeJS.ProcessEnv,
    by = "responder",
    session = "handover",
  ): Promise<ResponderShell> {
    const own = { AWS_ACCESS_KEY_ID: by, AWS_SECRET_ACCESS_KEY: by };
    const assumed = await run(
      "aws",
      [
        ...["sts", "assume-role", "--role-arn", role, "--role-session-name", session],
        ...["--region", "us-east-1", "--output", "text"],
        ...["--query", "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]"],
      ],
      { ...environment, ...own },
    );
    assert.equal(assumed.code, 0, assumed.err);
    const [accessKeyId = "", secretAccessKey = "", sessionToken = ""] = assumed.out
      .trim()
      .split("\t");
    return new ResponderShell(
      {
        ...environment,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
      { accessKeyId, secretAccessKey, sessionToken },
    );
  }

  public run(program: string, args: readonly string[]): Promise<Run> {
    return run(program, args, this.environment);
  }
}

/**
 * An environment with an AWS CLI, for the emulator: the machine's, or one that is installed into the
 * folder; undefined where neither can be had.
 */
export function cliEnvironment(folder: string, endpoint: string): NodeJS.ProcessEnv | undefined {
  const path = pathWithAwsCli(folder);
  return path === undefined
    ? undefined
    : {
        PATH: path,
        HOME: folder,
        TMPDIR: folder,
        AWS_ENDPOINT_URL: endpoint,
        AWS_EC2_METADATA_DISABLED: "true",
        // The emulator answers what it does not know like a fault of its own, which the CLI would ask for again.
        AWS_MAX_ATTEMPTS: "1",
      };
}

function pathWithAwsCli(folder: string): string | undefined {
  const path = process.env["PATH"] ?? "";
  if (spawnSync("aws", ["--version"]).status === 0) {
    return path;
  }
  const venv = join(folder, "venv");
  const python = join(venv, "bin/python3");
  const installed = (
    [
      ["python3", "-m", "venv", venv],
      [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "awscli"],
    ] as [string, ...string[]][]
  ).every(([command, ...options]) => spawnSync(command, options).status === 0);
  return installed ? `${join(venv, "bin")}${delimiter}${path}` : undefined;
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { env }, (_, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    );
  });
}
