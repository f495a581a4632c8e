import assert from "node:assert/strict";

import { Case } from "../../components/case";
import { COPYING_OPERATIONS } from "../../components/evidence/keys/copyingGrants";
import { type Deployment, deploy } from "../support/deployment";
import {
  type Account,
  answersOf,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  STACK,
  SUSPECT_KEY,
  TICKET,
} from "../support/examples";
import { GrantedKeys } from "../support/grantedKeys";

const RESPONDER = "arn:aws:iam::222233334444:role/clean-room/forensics-responder";
const OTHER_RESPONDER = "arn:aws:iam::333344445555:role/clean-room/forensics-responder";
const [DEPLOYER = ""] = FOUNDATION_OUTPUTS.incidentDeployers;
const SECOND = "arn:aws:iam::111122223333:role/ir/second";
const TRANSFER_KEY = FOUNDATION_OUTPUTS.transferKeyArn;
const GONE = "AROAEXAMPLEEXAMPLEEXA";
const NOBODY = "InvalidArnException: ARN does not refer to a valid principal";
const OPEN = {
  claims: { "us-east-1a-1": TICKET },
  workstation: { ami: "ami-0123456789abcdef0", instanceType: "r6i.xlarge" },
};
const ROOM = { responderRoles: [RESPONDER, OTHER_RESPONDER], suspectKeys: [SUSPECT_KEY] };
const CREDENTIALS = {
  AccessKeyId: "simulated",
  SecretAccessKey: "simulated",
  SessionToken: "simulated",
  Expiration: "2036-11-21T00:00:00Z",
};

/** Every grant a room makes: on which key, for whom. */
const EVERY_GRANT = [
  [TRANSFER_KEY, RESPONDER],
  [TRANSFER_KEY, OTHER_RESPONDER],
  [SUSPECT_KEY.keyArn, DEPLOYER],
  [SUSPECT_KEY.keyArn, SECOND],
] as const;

function deployRoom(
  kms: GrantedKeys,
  account: Account = {},
  changes: Record<string, unknown> = {},
): Promise<Deployment> {
  return deploy(STACK, incidentConfig({ ...ROOM, ...changes }), {
    answers: answersOf(account),
    foundation: { ...FOUNDATION_OUTPUTS, incidentDeployers: [DEPLOYER, SECOND] },
    ec2: {
      ...ec2Of(account),
      AssumeRole: () => ({ AssumeRoleResult: { Credentials: CREDENTIALS } }),
    },
    kms,
  });
}

/** By key and role, the name of the grant and whether a change of it is looked over. */
function grantsIn(room: Deployment): Record<string, [name: unknown, ignored: boolean]> {
  return Object.fromEntries(
    room
      .ofType("aws:kms/grant:Grant")
      .map(({ inputs, options }) => [
        `${String(inputs["keyId"])} ${String(inputs["granteePrincipal"])}`,
        [inputs["name"], options.ignoreChanges?.includes("name") === true],
      ]),
  );
}

/** The grants on a room's keys as they were made, some to a role that is gone since. */
function granted(gone: (keyArn: string, role: string) => boolean): GrantedKeys {
  const grants: Record<string, { Name: string; GranteePrincipal: string }[]> = {};
  for (const [keyArn, role] of EVERY_GRANT) {
    (grants[keyArn] ??= []).push({
      Name: new Case(TICKET).grantName(role),
      GranteePrincipal: gone(keyArn, role) ? GONE : role,
      ...{ Operations: COPYING_OPERATIONS },
    });
  }
  return new GrantedKeys(grants);
}

describe("The grants that a room makes", () => {
  it("are tried before anything is made, each that is not there yet", async () => {
    const kms = new GrantedKeys();
    const { warnings } = await deployRoom(kms);
    assert.deepEqual([...kms.tried].sort(), [...EVERY_GRANT].sort());
    assert.deepEqual(warnings, []);
  });

  it("are not tried again once they are there, nor where the room closes", async () => {
    const kms = granted(() => false);
    await deployRoom(kms, OPEN);
    await deployRoom(kms, OPEN, { closing: true });
    assert.deepEqual(kms.tried, []);
  });

  for (const [keyArn, role] of EVERY_GRANT) {
    it(`on ${keyArn} is made again where ${role} was made anew, told, and no other`, async () => {
      const kms = granted((key, name) => key === keyArn && name === role);
      const room = await deployRoom(kms, OPEN);
      assert.deepEqual(
        grantsIn(room),
        Object.fromEntries(
          EVERY_GRANT.map(([key, name]) => {
            const first = new Case(TICKET).grantName(name);
            const again = key === keyArn && name === role;
            return [`${key} ${name}`, again ? [`${first}:2`, false] : [first, true]];
          }),
        ),
      );
      assert.equal(room.warnings.length, 1, room.warnings.join("\n"));
      assert.match(
        room.warnings[0] ?? "",
        new RegExp(`was granted to a role ${role} that is gone`),
      );
    });
  }

  for (const [when, kms, account] of [
    ["is mistyped", new GrantedKeys({}, { [RESPONDER]: NOBODY }), {}],
    [
      "is gone from an open room, and nothing has its name",
      new GrantedKeys(
        {
          [TRANSFER_KEY]: [{ Name: new Case(TICKET).grantName(RESPONDER), GranteePrincipal: GONE }],
        },
        { [RESPONDER]: NOBODY },
      ),
      OPEN,
    ],
  ] as const) {
    it(`are refused where a responder's role ${when}`, async () => {
      await assert.rejects(deployRoom(kms, account), (error: Error) => {
        assert.match(
          error.message,
          new RegExp(
            `responderRoles: there is no role ${RESPONDER} .*take it out.*valid principal`,
          ),
        );
        assert.ok(!error.message.includes(OTHER_RESPONDER), error.message);
        return true;
      });
    });
  }

  it("leave a deployer out that is no role, as only the audit stack's list can be mended", async () => {
    const kms = new GrantedKeys({}, { [SECOND]: NOBODY });
    const room = await deployRoom(kms);
    assert.deepEqual(
      Object.keys(grantsIn(room)),
      EVERY_GRANT.slice(0, 3).map((each) => each.join(" ")),
    );
    assert.equal(room.warnings.length, 1, room.warnings.join("\n"));
    assert.match(
      room.warnings[0] ?? "",
      new RegExp(`is not granted to ${SECOND}: there is no such role.*incidentDeployers`),
    );
  });

  for (const [words, said] of [
    ["AccessDeniedException: not authorized to perform: kms:CreateGrant", /AWS denies it/],
    ["ThrottlingException: Rate exceeded", /no more requests/],
    ["KMSInternalException: try again", /That says nothing of what is there/],
  ] as const) {
    it(`are made all the same where KMS answers ${words.split(":")[0]}, and it is said what is not known`, async () => {
      const kms = new GrantedKeys({}, { [RESPONDER]: words, [OTHER_RESPONDER]: words });
      const room = await deployRoom(kms);
      assert.equal(Object.keys(grantsIn(room)).length, EVERY_GRANT.length);
      assert.equal(room.warnings.length, 1, room.warnings.join("\n"));
      const [warning = ""] = room.warnings;
      assert.match(warning, said);
      assert.match(
        warning,
        new RegExp(`Where one of ${RESPONDER}, ${OTHER_RESPONDER} is no role, this up fails`),
      );
      assert.match(warning, /InvalidArnException: correct responderRoles/);
    });
  }

  it("stay as they are where KMS does not list them, which is said", async () => {
    const refused = { [SUSPECT_KEY.keyArn]: "AccessDeniedException: not authorized" };
    const kms = new GrantedKeys(
      {
        [TRANSFER_KEY]: [RESPONDER, OTHER_RESPONDER].map((role) => ({
          Name: new Case(TICKET).grantName(role),
          GranteePrincipal: role,
        })),
      },
      refused,
    );
    const room = await deployRoom(kms, OPEN);
    assert.ok(Object.values(grantsIn(room)).every(([, ignored]) => ignored));
    assert.equal(room.warnings.length, 1, room.warnings.join("\n"));
    assert.match(room.warnings[0] ?? "", /granted .*0f1e2d3c.*stays without.*AWS denies it/);
  });

  it("are refused on a suspect's key that is not there", async () => {
    const absent = {
      [`${SUSPECT_KEY.keyArn} ${DEPLOYER}`]: "NotFoundException: Key does not exist",
    };
    await assert.rejects(
      deployRoom(new GrantedKeys({}, absent)),
      new RegExp(`The key ${SUSPECT_KEY.keyArn} is not there. Correct suspectKeys`),
    );
  });

  it("are looked at with credentials that may end: one sentence says so", async () => {
    const expired = { [RESPONDER]: "ExpiredTokenException: The security token is expired" };
    await assert.rejects(
      deployRoom(new GrantedKeys({}, expired)),
      /The credentials ended while the account was looked at:\n {2}- Log in first/,
    );
  });
});
