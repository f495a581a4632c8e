import assert from "node:assert/strict";

import { type Answers, deploy } from "../support/deployment";
import {
  answersOf,
  auditConfig,
  DEPLOYER,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  STACK,
} from "../support/examples";

const IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity";
const GET_ROLE = "aws:iam/getRole:getRole";

/** A stack of every kind, by its name. */
const KINDS: Readonly<Record<string, Record<string, unknown>>> = {
  audit: auditConfig({ image: "off" }),
  [STACK]: incidentConfig(),
  "member-222233334444": memberConfig(),
};

/** What AWS, the provider or its credentials answer whoever is not logged in. */
const NOT_LOGGED_IN: readonly string[] = [
  "No valid credential sources found.",
  "reading STS Caller Identity: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error ExpiredToken: The security token included in the request is expired",
  "api error InvalidClientTokenId: The security token included in the request is invalid.",
  "failed to get shared config profile, forensics",
  "AWS account ID not allowed: 999988887777",
  "",
];

/** Answers of an account in which every look-up is written down. */
function watched(answers: Answers, asked: string[]): Answers {
  return new Proxy(answers, {
    get: (all, token: string) => {
      asked.push(token);
      return all[token];
    },
  });
}

const failing = (message: string) => () => {
  throw new Error(message);
};

describe("Whoever deploys", () => {
  for (const [stack, config] of Object.entries(KINDS)) {
    for (const words of NOT_LOGGED_IN) {
      it(`${stack} is asked to log in before anything is looked up: "${words.slice(-40)}"`, async () => {
        const asked: string[] = [];
        const answers = watched({ ...answersOf(), [IDENTITY]: failing(words) }, asked);
        await assert.rejects(
          deploy(stack, config, { answers, foundation: FOUNDATION_OUTPUTS }),
          (error: Error) => {
            assert.match(error.message, /does not tell who you are.*\n\s+- Log in first[^\n]*$/);
            assert.ok(error.message.includes(words));
            assert.doesNotMatch(error.message, /AWS answered: *$/);
            assert.equal(error.stack, error.message, "no stack trace");
            return true;
          },
        );
        assert.deepEqual(asked, [IDENTITY]);
      });
    }

    it(`${stack} is told when the credentials end in the middle, and nothing else`, async () => {
      // A look-up of every kind's, and all those after it.
      const answers: Answers = Object.fromEntries(
        [...Object.keys(answersOf()), GET_ROLE]
          // The engine answers for its own state, and asks AWS nothing.
          .filter((token) => token !== IDENTITY && !token.startsWith("pulumi:"))
          .map((token) => [token, failing("api error ExpiredToken: The token is expired")]),
      );
      const { [IDENTITY]: _, ...others } = { ...answersOf(), ...answers };
      const identity = stack === STACK ? { [IDENTITY]: () => ({ arn: DEPLOYER }) } : {};
      for (const known of [{}, { [GET_ROLE]: failing("AccessDenied: may not") }]) {
        const withImage = stack === "audit" ? auditConfig() : config;
        const outcome = deploy(stack, withImage, {
          answers: { ...others, ...identity, ...known },
          foundation: FOUNDATION_OUTPUTS,
        });
        await assert.rejects(outcome, (error: Error) => {
          assert.match(error.message, /^The credentials ended[^\n]*\n\s+- Log in first[^\n]*$/);
          return true;
        });
      }
    });

    it(`${stack} is refused in another account`, async () => {
      const arn = "arn:aws:sts::999988887777:assumed-role/foundation-deployer/ir";
      await assert.rejects(
        deploy(stack, config, {
          answers: { ...answersOf(), [IDENTITY]: () => ({ arn }) },
          foundation: FOUNDATION_OUTPUTS,
        }),
        /is of account 999988887777, this stack is for \d{12}\. Log in there first/,
      );
    });
  }

  const deployer = (name: string) => `arn:aws:sts::111122223333:assumed-role/${name}/ir`;
  const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
  const SSO = "AWSReservedSSO_Foundation_0123456789abcdef";
  const REGIONAL = `aws-reserved/sso.amazonaws.com/eu-west-1/${SSO}`;

  /** The audit stack with these foundation deployers, deployed by a role of this name and path. */
  const audit = (foundationDeployers: readonly string[], name: string, path = "") => {
    const asked: string[] = [];
    const answers: Answers = {
      [IDENTITY]: () => ({ arn: deployer(name) }),
      ...(path === "" ? {} : { [GET_ROLE]: () => ({ arn: role(path) }) }),
    };
    const made = deploy("audit", auditConfig({ image: "off", foundationDeployers }), {
      answers: watched(answers, asked),
    });
    return { made, asked };
  };

  it("the foundation is one of its deployers, by its full ARN where AWS tells that", async () => {
    await audit([role("foundation-deployer")], "foundation-deployer").made;
    await audit([role("platform/foundation-deployer")], "foundation-deployer").made;
    await audit([role(REGIONAL)], SSO, REGIONAL).made;
    await audit([role(REGIONAL.replace(/_[0-9a-f]+$/, "_*"))], SSO, REGIONAL).made;
  });

  it("the foundation is refused before anything is made where it is none of them", async () => {
    for (const arn of [deployer("administrator"), "arn:aws:iam::111122223333:root"]) {
      const answers = { [IDENTITY]: () => ({ arn }) };
      await assert.rejects(
        deploy("audit", auditConfig({ image: "off" }), { answers }),
        new RegExp(
          `${arn} is none of clean-room:foundationDeployers .*Take one of these roles\\. Where there is no foundation yet, add the one you have: pulumi config set --path .*one of them deploys the longer list first`,
        ),
      );
    }
  });

  it("is told the right ARN where a list has its name with another path", async () => {
    const listed = role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Foundation_*");
    const right = role("aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Foundation_*");
    const { made } = audit([listed], SSO, REGIONAL);
    await assert.rejects(made, (error: Error) => {
      assert.ok(error.message.includes(`Write there ${right}, and deploy the audit stack.`));
      return true;
    });
    await assert.rejects(
      deploy(STACK, incidentConfig(), {
        answers: { ...answersOf(), [GET_ROLE]: () => ({ arn: role("ir/incident-deployer") }) },
        foundation: FOUNDATION_OUTPUTS,
      }),
      /Write there arn:aws:iam::111122223333:role\/ir\/incident-deployer, and deploy the audit stack/,
    );
  });
});
