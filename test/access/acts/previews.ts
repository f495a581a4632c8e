import { PREVIEW_ROLE, STATE } from "../../support/examples";
import { ROLES } from "../../support/parties";
import { type Act, ELSEWHERE, HERE, vault } from "./requests";

const ISSUER = "token.actions.githubusercontent.com";
const { repository, environments } = PREVIEW_ROLE;
const [environment] = environments;

/** Taking the role with a token of GitHub's. */
const take = (sub: string, aud = "sts.amazonaws.com"): Act => ({
  action: "sts:AssumeRoleWithWebIdentity",
  resource: ROLES.previews,
  policy: "previews' trust",
  context: { [`${ISSUER}:aud`]: aud, [`${ISSUER}:sub`]: sub },
});

const state = (action: string, path: string): Act => ({
  action: `s3:${action}`,
  resource: `arn:aws:s3:::${STATE.bucket}${path}`,
});

/** Of a key whose policy leaves it to the account's own policies. */
const decrypt = (resource: string): Act => ({
  action: "kms:Decrypt",
  resource,
  policy: "left to the Audit account",
});

/** What it takes to preview the foundation for a repository, and what is near to it. */
export const PREVIEWS: Readonly<Record<string, Act>> = {
  "take the role of previews": take(`repo:${repository}:environment:${environment}`),
  "take the role of previews from another environment": take(
    `repo:${repository}:environment:production`,
  ),
  "take the role of previews from a pull request": take(`repo:${repository}:pull_request`),
  "take the role of previews from another repository": take(
    `repo:example/another:environment:${environment}`,
  ),
  "take the role of previews with a token for somebody else": take(
    `repo:${repository}:environment:${environment}`,
    "https://github.com/example",
  ),
  "list the stacks": state("ListBucket", ""),
  "read which form the stacks' state has": state("GetObject", "/.pulumi/meta.yaml"),
  "read the foundation's state": state("GetObject", "/.pulumi/stacks/clean-room/audit.json"),
  "read the foundation's compressed state": state(
    "GetObject",
    "/.pulumi/stacks/clean-room/audit.json.gz",
  ),
  "read the tags of the foundation's stack": state(
    "GetObject",
    "/.pulumi/stacks/clean-room/audit.pulumi-tags",
  ),
  "read the state of a room": state("GetObject", "/.pulumi/stacks/clean-room/inc-2026-0042.json"),
  "read the state of another foundation": state(
    "GetObject",
    "/.pulumi/stacks/clean-room/audit-eu-west-1.json",
  ),
  "read another project's state": state("GetObject", "/.pulumi/stacks/another/audit.json"),
  "read a room's earlier state": state(
    "GetObject",
    "/.pulumi/history/clean-room/inc-2026-0042/inc-2026-0042-1.checkpoint.json",
  ),
  "write the stacks' state": state("PutObject", "/.pulumi/stacks/clean-room/audit.json"),
  "read what else is in the state's bucket": state("GetObject", "/another"),
  "read another bucket's objects": {
    action: "s3:GetObject",
    resource: "arn:aws:s3:::another/.pulumi/a",
  },
  "decrypt the stacks' state": decrypt(STATE.keyArn),
  "decrypt by another key of the account": decrypt(
    "arn:aws:kms:us-east-1:111122223333:key/0a0a0000-0000-4000-8000-000000000000",
  ),
  "see what websites the vault serves": vault("GetBucketWebsite"),
  "see what websites another bucket serves": {
    action: "s3:GetBucketWebsite",
    resource: "arn:aws:s3:::another",
  },
  "look at alarms of another Region": {
    action: "cloudwatch:DescribeAlarms",
    resource: "*",
    context: ELSEWHERE,
  },
  "see a topic's subscriptions": {
    action: "sns:ListSubscriptionsByTopic",
    resource: "arn:aws:sns:us-east-1:111122223333:runbook-alarm-topic",
    context: HERE,
  },
};
