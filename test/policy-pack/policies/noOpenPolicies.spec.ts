import assert from "node:assert/strict";

import { noOpenPolicies } from "../../../policy-pack/policies/noOpenPolicies";
import {
  faults,
  judge,
  OWN_ACCOUNT,
  type Subject,
  UNKNOWN_LIST,
  UNKNOWN_OBJECT,
  UNKNOWN_TEXT,
} from "../../support/policies";

type Statement = Record<string, unknown>;

const KEY = "aws:kms/key:Key";
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const ROLE = "aws:iam/role:Role";
const MANAGED_POLICY = "aws:iam/policy:Policy";
const FOREIGN = "arn:aws:iam::999988887777:root";
const OWN = `arn:aws:iam::${OWN_ACCOUNT}:root`;

const document = (...statements: Statement[]) => ({
  Version: "2012-10-17",
  Statement: statements,
});
const keyWith = (...statements: Statement[]): Subject => ({
  type: KEY,
  props: { policy: JSON.stringify(document(...statements)) },
});
const use = (statement: Statement): Statement => ({
  Sid: "Use",
  Effect: "Allow",
  Principal: "*",
  Action: "kms:Decrypt",
  Resource: "*",
  ...statement,
});
const limited = (operator: string, key: string, value: unknown) =>
  use({ Condition: { [operator]: { [key]: value } } });

const EVERYBODY =
  "policy, statement Use: it is for everybody; required: a condition without wildcards on aws:PrincipalOrgID, aws:PrincipalArn, aws:PrincipalAccount, kms:CallerAccount, aws:SourceArn or aws:SourceAccount.";
const toForeigner = (actions: string, who: string, own = OWN_ACCOUNT) =>
  `policy, statement Use: it allows ${actions} to ${who}; required: a principal of this stack's account (${own}), or for another one the actions meant and a condition on aws:PrincipalOrgID.`;

describe("no-open-policies", () => {
  describe("lets in everybody only by a condition that names them", () => {
    const named: [string, string, unknown][] = [
      ["StringEquals", "aws:PrincipalOrgID", "o-exampleorgid"],
      ["StringEquals", "AWS:principalorgid", ["o-exampleorgid", "o-another000"]],
      ["ArnEquals", "aws:PrincipalArn", `arn:aws:iam::${OWN_ACCOUNT}:role/clean-room/reader`],
      ["ArnLike", "aws:PrincipalArn", `arn:aws:iam::${OWN_ACCOUNT}:role/clean-room/*`],
      ["StringEquals", "aws:PrincipalAccount", OWN_ACCOUNT],
      ["StringEquals", "kms:CallerAccount", OWN_ACCOUNT],
      ["ArnLike", "aws:SourceArn", `arn:aws:logs:*:${OWN_ACCOUNT}:*`],
      ["ArnEquals", "aws:SourceArn", "arn:aws:s3:::evidence"],
      ["StringLike", "aws:SourceAccount", OWN_ACCOUNT],
      ["ArnEquals", "aws:SourceArn", UNKNOWN_TEXT],
    ];
    for (const [operator, key, value] of named) {
      it(`accepts ${operator} ${key} ${JSON.stringify(value)}`, async () => {
        const policy = document(limited(operator, key, value));
        assert.deepEqual(await judge(noOpenPolicies, { type: KEY, props: { policy } }), []);
      });
    }

    const alsoNamed: [string, string, unknown][] = [
      ["StringEquals", "aws:SourceVpc", "vpc-0123456789abcdef0"],
      ["StringEquals", "aws:SourceVpce", "vpce-0123456789abcdef0"],
      ["StringEquals", "AWS:SourceOwner", OWN_ACCOUNT],
      [
        "ForAnyValue:StringLike",
        "aws:PrincipalOrgPaths",
        "o-exampleorgid/r-ab12/ou-ab12-11111111/*",
      ],
    ];
    for (const [operator, key, value] of alsoNamed) {
      it(`accepts ${operator} ${key} too`, async () => {
        assert.deepEqual(await judge(noOpenPolicies, keyWith(limited(operator, key, value))), []);
      });
    }

    const anybody: [string, string, unknown][] = [
      ["StringEquals", "kms:ViaService", "ec2.us-east-1.amazonaws.com"],
      ["Bool", "aws:SecureTransport", "true"],
      ["IpAddress", "aws:SourceIp", "10.0.0.0/8"],
      ["StringNotEquals", "aws:PrincipalOrgID", "o-exampleorgid"],
      ["ArnNotLike", "aws:PrincipalArn", FOREIGN],
      ["StringEqualsIfExists", "aws:PrincipalOrgID", "o-exampleorgid"],
      ["ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-exampleorgid"],
      ["Null", "aws:PrincipalOrgID", "false"],
      ["StringLike", "aws:PrincipalOrgID", "*"],
      ["StringLike", "aws:PrincipalOrgID", "o-*"],
      ["StringLike", "aws:PrincipalAccount", ["111122223333", "*"]],
      ["StringLike", "kms:CallerAccount", "????????????"],
      ["StringEquals", "aws:SourceAccount", []],
      ["ArnLike", "aws:PrincipalArn", "*"],
      ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/clean-room/reader"],
      ["ArnLike", "aws:SourceArn", "arn:aws:logs:*:*:*"],
      ["ArnLike", "aws:SourceArn", "arn:aws:s3:::*"],
    ];
    for (const [operator, key, value] of anybody) {
      it(`refuses ${operator} ${key} ${JSON.stringify(value)}`, async () => {
        const subject = keyWith(limited(operator, key, value));
        assert.deepEqual(await judge(noOpenPolicies, subject), [EVERYBODY]);
      });
    }

    const principals: Statement[] = [
      { Principal: "*" },
      { Principal: { AWS: "*" } },
      { Principal: { AWS: [OWN, "*"] } },
      { Principal: { Service: "logs.amazonaws.com", AWS: ["*"] } },
      { Principal: { AWS: "arn:aws:iam::*:root" } },
      { Principal: undefined, NotPrincipal: { AWS: FOREIGN } },
    ];
    for (const principal of principals) {
      it(`refuses ${JSON.stringify(principal)} without a condition`, async () => {
        assert.deepEqual(await judge(noOpenPolicies, keyWith(use(principal))), [EVERYBODY]);
      });
    }

    it("in every type that says who may use it, but the endpoints of a VPC", async () => {
      const open = JSON.stringify(document(use({ Action: "a:B" })));
      const refused = [];
      for (const type of [
        "aws:backup/vaultPolicy:VaultPolicy",
        "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        ROLE,
        KEY,
        "aws:efs/fileSystemPolicy:FileSystemPolicy",
        "aws:s3/accessPoint:AccessPoint",
        BUCKET_POLICY,
        "aws:sns/topic:Topic",
        "aws:sqs/queue:Queue",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "other:thing:Thing",
      ]) {
        const props = { [type === ROLE ? "assumeRolePolicy" : "policy"]: open };
        const outcome = await judge(noOpenPolicies, { type, props });
        if (Array.isArray(outcome) && outcome.length > 0) {
          refused.push(type.split(":").at(-1));
        }
      }
      assert.deepEqual(refused, [
        "VaultPolicy",
        "EventBusPolicy",
        "RepositoryPolicy",
        "Role",
        "Key",
        "FileSystemPolicy",
        "AccessPoint",
        "BucketPolicy",
        "Topic",
        "Queue",
        "Thing",
      ]);
    });

    it("in whatever field, as an object or as JSON", async () => {
      const open = document(use({ Action: "a:B" }));
      for (const props of [
        { resourcePolicy: { text: JSON.stringify(open) } },
        { settings: [{ document: open }] },
      ]) {
        const outcome = await judge(noOpenPolicies, { type: "aws:new/thing:Thing", props });
        assert.equal((outcome as string[]).length, 1);
      }
    });

    it("and of a federation somebody of it", async () => {
      const trust = (Federated: string, Condition: object) => ({
        type: ROLE,
        props: {
          assumeRolePolicy: document(
            use({ Principal: { Federated }, Action: "sts:AssumeRoleWithWebIdentity", Condition }),
          ),
        },
      });
      const provider = `arn:aws:iam::${OWN_ACCOUNT}:oidc-provider/idp.example.edu`;
      const sub = { StringEquals: { "idp.example.edu:sub": "repo:a/b:ref:main" } };
      assert.deepEqual(await judge(noOpenPolicies, trust(provider, sub)), []);
      for (const subject of [
        trust(provider, {}),
        trust(provider, { StringLike: { "idp.example.edu:sub": "*" } }),
        trust(provider, { StringEquals: { "idp.example.edu:aud": "sts.amazonaws.com" } }),
        trust("arn:aws:iam::999988887777:oidc-provider/idp.example.edu", sub),
      ]) {
        assert.equal(((await judge(noOpenPolicies, subject)) as string[]).length, 1);
      }
    });

    it("says which statement, and of which document", async () => {
      const assumeRolePolicy = document(
        use({ Principal: { Service: "ec2.amazonaws.com" } }),
        use({ Sid: undefined, Action: "sts:AssumeRole" }),
      );
      assert.deepEqual(await judge(noOpenPolicies, { type: ROLE, props: { assumeRolePolicy } }), [
        EVERYBODY.replace("policy, statement Use", "assumeRolePolicy, statement 1"),
      ]);
    });

    it("and denies everybody what it likes", async () => {
      const denial = use({ Effect: "Deny", Action: "*" });
      assert.deepEqual(await judge(noOpenPolicies, keyWith(denial)), []);
    });
  });

  describe("gives no other account a whole service", () => {
    const whole = (statement: Statement) => use({ Action: "kms:*", ...statement });

    it("accepts the stack's own account, and a few actions for another one of the organisation", async () => {
      const accepted = [
        whole({ Principal: { AWS: OWN } }),
        whole({ Principal: { AWS: OWN_ACCOUNT } }),
        whole({ Principal: { AWS: `arn:aws:iam::${OWN_ACCOUNT}:role/clean-room/deployer` } }),
        whole({ Condition: { StringEquals: { "kms:CallerAccount": OWN_ACCOUNT } } }),
        whole({
          Condition: {
            ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${OWN_ACCOUNT}:role/clean-room/*` },
          },
        }),
        use({
          Principal: { Service: "logs.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": OWN_ACCOUNT } },
        }),
        use({
          Principal: { AWS: FOREIGN },
          Action: ["kms:Decrypt", "kms:Generate*"],
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid" } },
        }),
        whole({ Effect: "Deny", Principal: { AWS: FOREIGN } }),
      ];
      for (const statement of accepted) {
        assert.deepEqual(
          await judge(noOpenPolicies, keyWith(statement)),
          [],
          JSON.stringify(statement),
        );
      }
    });

    const refused: [Statement, string][] = [
      [whole({ Principal: { AWS: FOREIGN } }), toForeigner("kms:*", FOREIGN)],
      [use({ Principal: { AWS: FOREIGN } }), toForeigner("kms:Decrypt", FOREIGN)],
      [
        use({
          Principal: { AWS: FOREIGN },
          Condition: { Bool: { "aws:SecureTransport": "true" } },
        }),
        toForeigner("kms:Decrypt", FOREIGN),
      ],
      [whole({ Principal: { AWS: [OWN, "999988887777"] } }), toForeigner("kms:*", "999988887777")],
      [
        whole({ Principal: { AWS: "arn:aws:iam::999988887777:role/r" } }),
        toForeigner("kms:*", "arn:aws:iam::999988887777:role/r"),
      ],
      [
        whole({ Principal: { AWS: FOREIGN }, Action: ["kms:Decrypt", "*"] }),
        toForeigner("*", FOREIGN),
      ],
      [
        whole({ Principal: { AWS: FOREIGN }, Action: undefined, NotAction: "kms:PutKeyPolicy" }),
        toForeigner("*", FOREIGN),
      ],
      [
        whole({ Principal: { AWS: "AROAEXAMPLEEXAMPLE000" } }),
        toForeigner("kms:*", "AROAEXAMPLEEXAMPLE000"),
      ],
      // An organisation has other accounts too.
      [
        whole({ Condition: { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid" } } }),
        toForeigner("kms:*", "*"),
      ],
      [
        whole({
          Condition: { StringEquals: { "kms:CallerAccount": [OWN_ACCOUNT, "999988887777"] } },
        }),
        toForeigner("kms:*", "*"),
      ],
    ];
    for (const condition of [
      { StringEquals: { "aws:PrincipalAccount": "999988887777" } },
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::999988887777:role/clean-room/*" } },
    ]) {
      it(`refuses another account that ${JSON.stringify(condition)} names`, async () => {
        const [violation = ""] = faults(
          await judge(noOpenPolicies, keyWith(use({ Condition: condition }))),
        );
        assert.match(violation, /allows kms:Decrypt to \S*999988887777\S* by its condition/);
      });
    }
    for (const [statement, violation] of refused) {
      it(`refuses ${JSON.stringify(statement)}`, async () => {
        assert.deepEqual(await judge(noOpenPolicies, keyWith(statement)), [violation]);
      });
    }

    it("lets a service in for an account of its own only, and for no whole service", async () => {
      const service = (statement: Statement) =>
        keyWith(use({ Principal: { Service: "logs.amazonaws.com" }, ...statement }));
      const from = (account: string) => ({
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      });
      assert.deepEqual(await judge(noOpenPolicies, service({})), [
        "policy, statement Use: it lets logs.amazonaws.com in for whichever account asks it; required: a condition on aws:SourceAccount or aws:SourceArn.",
      ]);
      assert.deepEqual(await judge(noOpenPolicies, service(from("999988887777"))), [
        `policy, statement Use: it lets logs.amazonaws.com in for account 999988887777; required: a condition on aws:SourceAccount with this stack's account (${OWN_ACCOUNT}).`,
      ]);
      assert.deepEqual(
        await judge(noOpenPolicies, service({ ...from(OWN_ACCOUNT), Action: "kms:*" })),
        ["policy, statement Use: it allows kms:*; required: the actions meant."],
      );
    });

    it("takes the account from what the provider allows, and refuses all where it allows any", async () => {
      const statement = keyWith(whole({ Principal: { AWS: OWN } }));
      for (const allowedAccountIds of [null, UNKNOWN_TEXT, "[]"]) {
        assert.deepEqual(await judge(noOpenPolicies, statement, { allowedAccountIds }), [
          toForeigner("kms:*", OWN, "not in aws:allowedAccountIds"),
        ]);
      }
      for (const allowedAccountIds of [
        [OWN_ACCOUNT],
        JSON.stringify(["999988887777", OWN_ACCOUNT]),
      ]) {
        assert.deepEqual(await judge(noOpenPolicies, statement, { allowedAccountIds }), []);
      }
    });
  });

  describe("allows no whole service on every resource", () => {
    const holder = (statement: Statement): Subject => ({
      type: "aws:iam/rolePolicy:RolePolicy",
      props: {
        policy: JSON.stringify(
          document({ Effect: "Allow", Action: "ec2:DescribeVolumes", Resource: "*", ...statement }),
        ),
      },
    });
    const refusal = (actions: string, field = "policy") =>
      `${field}, statement 0: it allows ${actions} on every resource; required: the actions or the resources meant.`;

    it("accepts actions, or resources, or a condition", async () => {
      const accepted: Statement[] = [
        { Action: ["ec2:DescribeSnapshots", "s3:List*"] },
        { Action: "iam:PassRole", Resource: `arn:aws:iam::${OWN_ACCOUNT}:role/clean-room/case/*` },
        { Action: "s3:*", Resource: "arn:aws:s3:::evidence/*" },
        { Action: "*", Condition: { StringEquals: { "aws:SourceVpc": "vpc-0" } } },
        { Action: "*", Effect: "Deny" },
      ];
      for (const statement of accepted) {
        assert.deepEqual(await judge(noOpenPolicies, holder(statement)), []);
      }
    });

    const refused: [Statement, string][] = [
      [{ Action: "*" }, "*"],
      [{ Action: ["kms:DescribeKey", "s3:*"] }, "s3:*"],
      [{ Action: "*:*", Resource: ["arn:aws:s3:::a", "*"] }, "*:*"],
      [{ Action: "s3:*", Resource: undefined, NotResource: "arn:aws:s3:::a" }, "s3:*"],
      [{ Action: undefined, NotAction: "iam:*" }, "*"],
      [{ Action: "*", Condition: {} }, "*"],
    ];
    for (const [statement, actions] of refused) {
      it(`refuses ${JSON.stringify(statement)}`, async () => {
        assert.deepEqual(await judge(noOpenPolicies, holder(statement)), [refusal(actions)]);
      });
    }

    for (const statement of [
      { Action: "s3:*", Resource: "arn:aws:s3:::*" },
      { Action: "s3:*", Resource: "arn:aws:s3:::*/*" },
      { Action: "ec2:*", Resource: `arn:aws:ec2:us-east-1:${OWN_ACCOUNT}:*` },
      { Action: "iam:*", Resource: `arn:aws:iam::${OWN_ACCOUNT}:role/*` },
      { Action: "s3:G*" },
      { Action: "s3:Get*" },
      { Action: "s3:P*" },
      { Action: "iam:PassRole" },
      { Action: "sts:AssumeRole" },
      { Action: "ssm:StartSession" },
      { Action: "s3:BypassGovernanceRetention", Resource: "arn:aws:s3:::evidence/*" },
      { Action: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } },
      { Action: "*", Condition: { StringLike: { "aws:ResourceTag/owner": "*" } } },
      { Action: "*", Condition: { StringEquals: { "aws:PrincipalAccount": OWN_ACCOUNT } } },
    ] as Statement[]) {
      it(`nor what reaches as far: ${JSON.stringify(statement)}`, async () => {
        assert.equal(((await judge(noOpenPolicies, holder(statement))) as string[]).length, 1);
      });
    }

    it("to a user, a group, a role, in whichever form", async () => {
      const everything = document({ Effect: "Allow", Action: "*", Resource: "*" });
      for (const type of ["user", "group", "role"]) {
        const token = `aws:iam/${type}Policy:${type[0]?.toUpperCase()}${type.slice(1)}Policy`;
        const subject = { type: token, props: { policy: everything } };
        assert.deepEqual(await judge(noOpenPolicies, subject), [refusal("*")]);
      }
      const assumeRolePolicy = document(use({ Principal: { Service: "ec2.amazonaws.com" } }));
      const inlinePolicies = [{ name: "all", policy: JSON.stringify(everything) }];
      const role = { type: ROLE, props: { assumeRolePolicy, inlinePolicies } };
      assert.deepEqual(await judge(noOpenPolicies, role), [
        refusal("*", "inlinePolicies.0.policy"),
      ]);
    });

    it("but in the permissions boundaries that are named, which are managed policies", async () => {
      const config = { boundaries: ["clean-room-boundary"] };
      const policy = document({ Effect: "Allow", Action: "*", Resource: "*" });
      const named = (type: string, name: string) => ({ type, name, props: { policy } });
      const boundary = named(MANAGED_POLICY, "clean-room-boundary");
      assert.deepEqual(await judge(noOpenPolicies, boundary, { config }), []);
      assert.deepEqual(await judge(noOpenPolicies, boundary), [refusal("*")]);
      for (const other of [
        named(MANAGED_POLICY, "another-boundary"),
        named("aws:iam/rolePolicy:RolePolicy", "clean-room-boundary"),
      ]) {
        assert.deepEqual(await judge(noOpenPolicies, other, { config }), [refusal("*")]);
      }
      const unreadable = { ...boundary, props: { policy: "{" } };
      assert.equal(((await judge(noOpenPolicies, unreadable, { config })) as string[]).length, 1);
    });
  });

  describe("reads every document", () => {
    const unreadable: unknown[] = [
      "",
      "{",
      "[]",
      "null",
      "{}",
      { Version: "2012-10-17" },
      document(),
      { Statement: ["Allow"] },
      document(use({ Effect: "allow" })),
      document(use({ Action: undefined })),
      document(use({ Action: [{}] })),
      document(use({ Principal: "arn:aws:iam::111122223333:root" })),
      document(use({ Principal: { AWS: null } })),
      document(use({ Condition: ["aws:PrincipalOrgID"] })),
      document(use({ Condition: { StringEquals: "aws:PrincipalOrgID" } })),
      document(use({ Principal: { AWS: OWN } }), use({ Effect: undefined })),
    ];
    it("accepts a resource itself where its ARN is meant: a preview does not know its id", async () => {
      const whole = { URN: "urn:pulumi:s::p::aws:iam/role:Role::reader", ID: { V: {} } };
      assert.deepEqual(
        await judge(noOpenPolicies, {
          type: BUCKET_POLICY,
          props: { policy: document(use({ Principal: { AWS: whole }, Resource: [whole] })) },
        }),
        [],
      );
    });
    for (const policy of unreadable) {
      it(`refuses ${JSON.stringify(policy)}`, async () => {
        assert.deepEqual(await judge(noOpenPolicies, { type: BUCKET_POLICY, props: { policy } }), [
          "policy is no policy document; required: JSON with statements.",
        ]);
      });
    }

    it("as an object like as JSON, and with one statement that is no list", async () => {
      for (const policy of [{ Statement: use({}) }, JSON.stringify({ Statement: use({}) })]) {
        assert.deepEqual(await judge(noOpenPolicies, { type: KEY, props: { policy } }), [
          EVERYBODY,
        ]);
      }
    });

    it("leaves what the preview does not know to up, and judges the rest", async () => {
      const toCome: unknown[] = [
        UNKNOWN_TEXT,
        UNKNOWN_OBJECT,
        { Statement: UNKNOWN_LIST },
        { Statement: [UNKNOWN_OBJECT] },
        document(use({ Principal: UNKNOWN_OBJECT })),
        document(use({ Principal: { AWS: UNKNOWN_TEXT }, Action: "kms:*" })),
        document(use({ Condition: UNKNOWN_OBJECT })),
        document(use({ Condition: { StringEquals: UNKNOWN_OBJECT } })),
      ];
      for (const policy of toCome) {
        assert.deepEqual(await judge(noOpenPolicies, { type: KEY, props: { policy } }), []);
      }
      const partly = document(use({ Effect: UNKNOWN_TEXT, Resource: UNKNOWN_TEXT }));
      const half = { Statement: [UNKNOWN_OBJECT, use({ Sid: undefined })] };
      for (const policy of [partly, half]) {
        const violations = await judge(noOpenPolicies, { type: KEY, props: { policy } });
        assert.equal((violations as string[]).length, 1);
      }
    });

    it("asks for none where a type can do without", async () => {
      assert.deepEqual(await judge(noOpenPolicies, { type: KEY }), []);
    });
  });
});
