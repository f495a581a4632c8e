import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { isFields, shown, UNKNOWN } from "../unknownValues";

/** The type that this policy looks at. */
const SESSION_TYPE = "aws:ssm/document:Document";

/** What is done in a clean room is recorded where its doer cannot reach, or it is no evidence. */
export const recordedSessions = ofResource(
  {
    name: "recorded-sessions",
    displayName: "Sessions are recorded, and documents are nobody else's",
    description:
      "Checks that a session document records to an encrypted log and runs as a named user, and that no document is shared but a runbook that starts another one and does nothing else, with accounts by their ids.",
    severity: "high",
    tags: ["access", "evidence"],
    remediationSteps:
      "Set cloudWatchLogGroupName, cloudWatchEncryptionEnabled, runAsEnabled and runAsDefaultUser; remove permissions.",
  },
  (document) =>
    document.type === SESSION_TYPE ? [...sharing(document), ...recording(document)] : [],
);

/** Accounts, and not whoever there is. */
const ACCOUNTS = /^\d{12}(,\d{12})*$/;

function sharing(document: Subject): string[] {
  const permissions = document.at("permissions");
  return isFields(permissions) &&
    Object.keys(permissions).length > 0 &&
    !(ACCOUNTS.test(String(permissions["account_ids"])) && onlyStartsAnother(document))
    ? [
        `permissions is ${shown(permissions)}; required: not set.\nA document tells how investigators work: remove it.`,
      ]
    : [];
}

/** Whether it is a runbook whose every step starts another one: it tells nothing, and each account has its own of that. */
function onlyStartsAnother(document: Subject): boolean {
  const content = document.at("content");
  if (document.at("documentType") !== "Automation" || typeof content !== "string") {
    return false;
  }
  try {
    const { mainSteps } = JSON.parse(content) as {
      readonly mainSteps: readonly { readonly action: string }[];
    };
    return mainSteps.every(({ action }) => action === "aws:executeAutomation");
  } catch {
    return false;
  }
}

/** Where sessions are recorded, each with what says that it is encrypted there. */
const RECORDS = [
  ["cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"],
  ["s3BucketName", "s3EncryptionEnabled"],
] as const;

function recording(document: Subject): string[] {
  if (document.at("documentType") !== "Session") {
    return [];
  }
  const content = document.at("content");
  if (content === UNKNOWN) {
    return [];
  }
  const inputs = inputsOf(content);
  if (inputs === undefined) {
    return [
      `content is no session document; required: JSON with inputs.\nSee the Systems Manager user guide, session document schema.`,
    ];
  }
  const mistake = (field: string, required: string) =>
    `content.inputs.${field} is ${shown(inputs[field])}; required: ${required}.\nWhat is not recorded did not happen, for a court.`;
  const logs = RECORDS.filter(([place]) => inputs[place]);
  return [
    ...(logs.length > 0 ? [] : [mistake("cloudWatchLogGroupName", "the log group of sessions")]),
    ...logs
      .filter(([, encrypted]) => inputs[encrypted] !== true)
      .map(([, encrypted]) => mistake(encrypted, "true")),
    ...(inputs["cloudWatchLogGroupName"] && inputs["cloudWatchStreamingEnabled"] === false
      ? [
          mistake(
            "cloudWatchStreamingEnabled",
            "not set, or true: what is sent at the end can be lost",
          ),
        ]
      : []),
    ...(inputs["runAsEnabled"] === true && isNamedUser(inputs["runAsDefaultUser"])
      ? []
      : [mistake("runAsEnabled", "true, with a user that is not root")]),
  ];
}

/** Without one the tag of whoever logs in says which user it is. */
function isNamedUser(user: unknown): boolean {
  return user === UNKNOWN || (typeof user === "string" && user !== "" && user !== "root");
}

function inputsOf(content: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = typeof content === "string" ? JSON.parse(content) : content;
    const inputs = isFields(parsed) ? parsed["inputs"] : undefined;
    return isFields(parsed) && parsed["sessionType"] === "Standard_Stream" && isFields(inputs)
      ? inputs
      : undefined;
  } catch {
    return undefined;
  }
}
