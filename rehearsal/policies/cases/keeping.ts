import { casesOf, type Declared, kept, opt, type PolicyCase, ref, set } from "../policyCase";
import { ACCOUNT, REGION, STRANGER, VAULT, WATCH } from "../compliantStacks";

const vault = casesOf("foundation", VAULT);
const watch = casesOf("foundation", WATCH);
const NOTIFIED = { notification: "ir@example.edu" };
const logsEnd = (days: number) =>
  kept("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "logs-end", {
    bucket: ref("access-logs"),
    rules: [{ id: "end", status: "Enabled", expiration: { days } }],
  });
const told = (props: Declared["props"]) =>
  kept("aws:cloudwatch/eventTarget:EventTarget", "target", { rule: ref("event"), ...props });
const notify = (props: Declared["props"]) =>
  kept("aws:s3/bucketNotification:BucketNotification", "notification", {
    bucket: ref("store"),
    ...props,
  });
const lifecycle = (rule: object) =>
  kept("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "lifecycle", {
    bucket: ref("store"),
    rules: [{ id: "x", status: "Enabled", ...rule }],
  });

/** How evidence and what tells of it is kept. */
export const KEEPING: readonly PolicyCase[] = [
  vault("access logs are gone after a day", logsEnd(1), logsEnd(365)),
  vault(
    "evidence comes over the edges of the internet",
    set("store", { accelerationStatus: "Enabled" }),
  ),
  vault(
    "evidence expires",
    lifecycle({ expiration: { days: 1 } }),
    lifecycle({ abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }),
  ),
  vault("old versions expire", lifecycle({ noncurrentVersionExpiration: { noncurrentDays: 1 } })),
  vault(
    "deleted markers expire with everything",
    lifecycle({ expiration: { expiredObjectDeleteMarker: true } }),
    lifecycle({ transitions: [{ days: 90, storageClass: "GLACIER_IR" }] }),
  ),
  vault(
    "evidence goes to a place of one zone",
    lifecycle({ transitions: [{ days: 30, storageClass: "ONEZONE_IA" }] }),
    lifecycle({ transitions: [{ days: 30, storageClass: "STANDARD_IA" }] }),
  ),
  vault(
    "the lock is of the former form, without days",
    set("store", { objectLockConfiguration: { objectLockEnabled: "Enabled" } }),
  ),
  vault("the lock is switched off", set("lock", { objectLockEnabled: "Disabled" })),
  vault("the lock has no rule", set("lock", { rule: undefined })),
  vault(
    "the lock is of no days",
    set("lock", { rule: { defaultRetention: { mode: "COMPLIANCE", days: 0 } } }),
  ),
  vault(
    "versions are suspended by the bucket itself",
    set("store", { versioning: { enabled: false } }),
    set("store", { versioning: { enabled: true } }),
  ),
  vault(
    "deletions without a second factor are lifted",
    set("versioning", { versioningConfiguration: { status: "Disabled" } }),
  ),
  vault(
    "a rule of the bucket itself is under S3's keys",
    set("store", {
      serverSideEncryptionConfiguration: {
        rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      },
    }),
  ),
  vault(
    "a bucket has an ACL by a part",
    kept("aws:s3/bucketAcl:BucketAcl", "acl", { bucket: ref("store"), acl: "public-read" }),
  ),
  vault(
    "a page by a part",
    kept("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "site", {
      bucket: ref("store"),
      indexDocument: { suffix: "index.html" },
    }),
  ),
  vault(
    "everybody's page may ask",
    set("store", { corsRules: [{ allowedMethods: ["GET"], allowedOrigins: ["*"] }] }),
  ),
  vault(
    "a stranger's function hears of evidence",
    notify({
      lambdaFunctions: [
        {
          lambdaFunctionArn: `arn:aws:lambda:${REGION}:${STRANGER}:function:x`,
          events: ["s3:ObjectCreated:*"],
        },
      ],
    }),
    notify({ eventbridge: true }),
  ),
  vault(
    "a stranger's queue hears of evidence",
    notify({
      queues: [{ queueArn: `arn:aws:sqs:${REGION}:${STRANGER}:x`, events: ["s3:ObjectCreated:*"] }],
    }),
    notify({
      topics: [{ topicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:x`, events: ["s3:ObjectCreated:*"] }],
    }),
  ),
  vault("the bucket's name is a stranger's", set("block", { bucket: "somebodys-bucket" })),
  vault("a bucket of logs that everybody may read", (all) =>
    all.filter(({ name }) => name !== "access-logs-block"),
  ),
  vault(
    "ownership is not said",
    set("ownership", { rule: { objectOwnership: "BucketOwnerPreferred" } }),
  ),
  vault("the vault's key is off", set("key", { isEnabled: false })),
  vault(
    "a second policy of the vault",
    kept("aws:s3/bucketPolicy:BucketPolicy", "policy-2", { bucket: ref("store"), policy: "{}" }),
  ),
  vault(
    "the bucket is of the former type without parts",
    kept("aws:s3/bucketV2:BucketV2", "former", { tags: NOTIFIED }),
  ),
  vault("changes of retention are ignored", opt("lock", { ignoreChanges: ["rule"] })),
  watch(
    "an alarm ends machines",
    set("alarm", {
      alarmActions: [ref("topic", "arn"), `arn:aws:automate:${REGION}:ec2:terminate`],
    }),
    set("alarm", { alarmActions: [ref("topic", "arn")] }),
  ),
  watch(
    "an alarm tells a stranger",
    set("alarm", { alarmActions: [`arn:aws:sns:${REGION}:${STRANGER}:x`] }),
    set("alarm", { alarmActions: [`arn:aws:sns:${REGION}:${ACCOUNT}:x`] }),
  ),
  watch(
    "an alarm tells a stranger when all is well",
    set("alarm", { okActions: [`arn:aws:sns:${REGION}:${STRANGER}:x`] }),
  ),
  watch(
    "events run a script on machines",
    told({
      arn: `arn:aws:ssm:${REGION}::document/AWS-RunShellScript`,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/clean-room/x`,
      runCommandTargets: [{ key: "tag:Name", values: ["x"] }],
    }),
    told({
      arn: `arn:aws:ssm:${REGION}:${ACCOUNT}:automation-definition/x:$DEFAULT`,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/clean-room/x`,
    }),
  ),
  watch(
    "events are told to a stranger's dead letters",
    told({
      arn: ref("topic", "arn"),
      deadLetterConfig: { arn: `arn:aws:sqs:${REGION}:${STRANGER}:x` },
    }),
    told({
      arn: ref("topic", "arn"),
      deadLetterConfig: { arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:x` },
    }),
  ),
  watch(
    "events are told as a stranger's role",
    told({ arn: ref("topic", "arn"), roleArn: `arn:aws:iam::${STRANGER}:role/x` }),
  ),
  watch(
    "events go to an address on the internet",
    told({ arn: `arn:aws:events:${REGION}:${ACCOUNT}:api-destination/x/1` }),
  ),
  watch(
    "events of a stranger's bus",
    set("event", { eventBusName: `arn:aws:events:${REGION}:${STRANGER}:event-bus/x` }),
    set("event", { eventBusName: "default" }),
  ),
  watch(
    "a subscription to a stream",
    set("subscription", {
      protocol: "firehose",
      endpoint: `arn:aws:firehose:${REGION}:${STRANGER}:deliverystream/x`,
    }),
  ),
  watch(
    "what a subscription cannot tell goes to a stranger",
    set("subscription", {
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:${REGION}:${STRANGER}:x` }),
    }),
    set("subscription", {
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:x` }),
    }),
  ),
  watch(
    "logs are left behind by nobody's wish",
    set("log", { skipDestroy: false, retentionInDays: 3 }),
    set("log", { skipDestroy: true }),
  ),
  watch(
    "a log of a month",
    set("log", { retentionInDays: 30 }),
    set("log", { retentionInDays: 90 }),
  ),
  watch(
    "a trail in a stranger's bucket's topic",
    set("trail", { snsTopicName: `arn:aws:sns:${REGION}:${STRANGER}:x` }),
  ),
  watch(
    "a trail that writes as a stranger",
    set("trail", {
      cloudWatchLogsGroupArn: `arn:aws:logs:${REGION}:${STRANGER}:log-group:x:*`,
      cloudWatchLogsRoleArn: `arn:aws:iam::${STRANGER}:role/x`,
    }),
    set("trail", {
      cloudWatchLogsGroupArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:x:*`,
      cloudWatchLogsRoleArn: `arn:aws:iam::${ACCOUNT}:role/clean-room/x`,
    }),
  ),
  watch(
    "a trail of management events alone",
    set("trail", {
      advancedEventSelectors: [
        { fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }] },
      ],
    }),
  ),
  watch(
    "a trail of one object",
    set("trail", {
      advancedEventSelectors: undefined,
      eventSelectors: [
        {
          readWriteType: "WriteOnly",
          dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3:::store/"] }],
        },
      ],
    }),
    set("trail", {
      advancedEventSelectors: undefined,
      eventSelectors: [
        {
          readWriteType: "All",
          dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3:::store/"] }],
        },
      ],
    }),
  ),
  watch(
    "a key for the topic by AWS's alias ARN",
    set("topic", { kmsMasterKeyId: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/aws/sns` }),
  ),
];
