import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";

import { acquireCommand } from "../../cli/acquire/acquire";
import { presign } from "../../cli/acquire/presigned";
import { ACQUIRED_OBJECTS, partName } from "../../components/acquisition/acquisitionDocument";
import { RESPONDER_ROLE_NAME } from "../../components/names";
import type { Entry } from "../account/account";
import { objectsIn } from "../account/buckets";
import { COMMAND } from "../account/sentCommands";
import { AUDIT_ACCOUNT, MEMBER_ACCOUNT, REGION } from "../accounts";
import { type Cast, INCIDENT_DEPLOYER, TOOLS_BUCKET } from "../cast";
import { expect, expectNoChanges, expectSuccess } from "../expectations";
import { surroundingsOf } from "../roomCommands";
import { runCommand } from "../runCommand";
import { outputsIn } from "../stackState";
import type { Observation, Step } from "../story";
import { reportOf } from "./report";

/** A running machine of a member account is acquired into the vault, for a room that is open. */
export const ACQUISITION: readonly Step[] = [
  {
    part: "incident",
    name: "npx clean-room acquire, of an account that is not prepared for it, and then is",
    expected:
      "refused and nothing sent; then sent by the responder, signed for the case's objects alone, recorded and reported; not twice",
    run: acquireSuspect,
  },
];

async function acquireSuspect(cast: Cast): Promise<Observation> {
  const { member, stage, neighbour } = cast;
  const { ticket } = neighbour;
  const [{ vpcId }] = member.setting("clean-room:vpcs") as [{ readonly vpcId: string }];
  const outside = stage.outsideMember;
  const web = await outside.addGroup(vpcId, "acquired");
  const { instanceId } = await outside.addSuspect(
    ...([vpcId, "10.20.88.0/24", "10.20.88.7", [web], "t3.micro"] as const),
  );
  for (const { name, key } of TOOLS_BUCKET.tools) {
    await stage.outside.putObject(TOOLS_BUCKET.bucket, key, name);
  }
  const named = `${MEMBER_ACCOUNT}/${REGION}/${instanceId}`;
  const refusal = await acquire(cast, ticket, named).then(
    ({ said }) => `it was acquired: ${said.join("\n")}`,
    (error: Error) => error.message,
  );
  const [, setting] = /clean-room:acquisition: \{ (.*) \}/.exec(refusal) ?? [];
  expect(setting !== undefined && commandsIn(cast).length === 0, refusal);
  // As it is told.
  member.configure({
    "clean-room:acquisition": Object.fromEntries(
      String(setting)
        .split(", ")
        .map((each) => each.split(": ") as [string, string]),
    ),
  });
  expectSuccess(await member.up({ policies: true }), "the member account's stack that acquires");
  expectNoChanges(await member.up(), "the same again");

  const { said, code } = await acquire(cast, ticket, named);
  expect(code === 0, said.join("\n"));
  const [command, ...more] = commandsIn(cast);
  expect(command !== undefined && more.length === 0, `${more.length + 1} commands were sent`);
  const prefix = requireSignedFor(cast, ticket, instanceId, command as Entry);
  const vault = String(outputsIn(stage, "audit")["vaultBucket"]);
  const there = objectsIn(stage.account.read(), vault)
    .filter(({ properties }) => String(properties["key"]).startsWith(prefix))
    .map(({ properties, lockedUntil }) => {
      expect(lockedUntil !== undefined, `${String(properties["key"])} is not locked`);
      return String(properties["key"]).slice(prefix.length);
    });
  const wanted = [...ACQUIRED_OBJECTS, "command.json", ...[1, 2].map(partName)].sort();
  expect(there.sort().join() === wanted.join(), `the vault has ${there.join()}`);

  const { report } = await reportOf(cast, ticket);
  expect(
    report.records.some(({ event }) => event === "acquisition"),
    "the report has no record of it",
  );
  const told = report.checks.flatMap(({ findings }) => findings.map((each) => each.said));
  const wrong = told.filter((each) => each.includes(prefix));
  expect(wrong.length === 0, wrong.join("\n"));
  expect(
    report.timeline.some((moment) => moment.said.includes(instanceId)),
    `the report tells nothing of ${instanceId}`,
  );

  const again = await acquire(cast, ticket, named);
  expect(/was acquired: s3:/.test(again.said.join("\n")), again.said.join("\n"));
  expect(commandsIn(cast).length === 1, "it was acquired twice");
  return { result: `${there.length} objects and a record; refused before, and not done again` };
}

/**
 * What was sent was sent by the responder, and lets the machine put these objects below the case's prefix, by the role that
 * the open room has for that.
 *
 * @returns that prefix.
 */
function requireSignedFor(
  { stage }: Cast,
  ticket: string,
  instanceId: string,
  { properties }: Entry,
): string {
  expect(properties["role"] === RESPONDER_ROLE_NAME, `${String(properties["role"])} has sent it`);
  const parameters = properties["Parameters"] as Readonly<Record<string, readonly [string]>>;
  const one = (name: string) => parameters[name]?.[0] ?? "";
  const prefix = one("Prefix");
  const place = `intake/${MEMBER_ACCOUNT}/${ticket}/live/${instanceId}/`;
  expect(prefix.startsWith(place), `it goes to ${prefix}`);
  const query = new URLSearchParams(one("Access"));
  const intake = `of-${AUDIT_ACCOUNT}-intake-${ticket}-${MEMBER_ACCOUNT}`;
  const [accessKeyId, second] = [
    query.get("X-Amz-Credential")?.split("/")[0] ?? "",
    query.get("X-Amz-Date") ?? "",
  ];
  expect(accessKeyId === intake, `${accessKeyId} has signed`);
  // As S3 reckons it.
  const sessionToken = query.get("X-Amz-Security-Token") ?? undefined;
  const at = new Date(second.replace(/(....)(..)(..T..)(..)/, "$1-$2-$3:$4:"));
  const signatures = one("Signatures").split(" ");
  const names = [
    ...ACQUIRED_OBJECTS,
    ...signatures.slice(4).map((_, index) => partName(index + 1)),
  ];
  names.forEach((name, index) => {
    const { signature } = presign({
      ...{ method: "PUT", host: one("Vault").replace("https://", ""), key: prefix + name },
      ...{ headers: { "if-none-match": "*" }, region: REGION, at },
      credentials: { accessKeyId, secretAccessKey: "simulated", sessionToken },
      seconds: Number(query.get("X-Amz-Expires")),
    });
    expect(signature === signatures[index], `${name} is not what is signed for`);
  });
  const [document] = stage.memberAccount
    .read()
    .ofType("aws:ssm/document:Document")
    .filter(({ properties: of }) => of["name"] === properties["DocumentName"]);
  const placed = JSON.parse(String(document?.properties["content"])) as {
    readonly parameters: object;
  };
  const unset = Object.keys(placed.parameters).filter((name) => !(name in parameters));
  expect(unset.length === 0, `the document is not told ${unset.join()}`);
  return prefix;
}

function commandsIn({ stage }: Cast): Entry[] {
  return stage.memberAccount.read().ofType(COMMAND);
}

/** Runs the command, as who opens rooms; STS of the stage gives the credentials of the roles that it takes. */
function acquire({ stage }: Cast, ...args: readonly string[]) {
  const { endpoint } = stage.askingAs(INCIDENT_DEPLOYER);
  return runCommand(
    (output) => {
      const around = surroundingsOf(stage, output);
      return acquireCommand({
        ...around,
        aws: (config) => {
          const { roleArn } = config.credentials as { readonly roleArn?: string };
          const [accountId, name] = [roleArn?.split(":")[4], roleArn?.split("/").at(-1)];
          return stage.clientsOf(name ?? INCIDENT_DEPLOYER, accountId)(config);
        },
        assume: (options) =>
          Object.assign(
            fromTemporaryCredentials({
              ...options,
              clientConfig: { ...options.clientConfig, endpoint },
            }),
            { roleArn: options.params.RoleArn },
          ),
        ssmIn: () => {
          throw new Error("one machine is acquired by itself");
        },
        wait: () => Promise.resolve(),
        now: () => new Date(),
      });
    },
    ...args,
    "--yes",
  );
}
