import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { UNKNOWN } from "../unknownValues";

/** What is a secret wherever it stands, and what it is called. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/\b(ghp|gho|ghs|github_pat|xox[abp]|glpat)[-_][A-Za-z0-9_-]{16,}/, "a token"],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@$<{]+:[^\s/:@$<{]{4,}@/i, "a password within an address"],
  [/hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{8,}/, "an address that is a secret itself"],
  [/\bAuthorization:\s*(Bearer|Basic)\s+[A-Za-z0-9+/=._-]{12,}/i, "an authorisation"],
  [/\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./, "a token"],
  [/aws_secret_access_key\s*[=:]\s*\S{8,}/i, "a secret access key"],
];

/** What a secret is called in a script. */
const ASSIGNED =
  /(password|passwd|passphrase|secret|api_?key|token|credential)[A-Z_a-z0-9]*["']?\s*[=:]\s*["']?(?![$<{(]|\s)[^\s"']{6,}/i;

/** What lets somebody log in past Session Manager, in a script or in cloud-init's words. */
const LOGINS: readonly (readonly [RegExp, string])[] = [
  [
    /\b(ssh-(rsa|ed25519|dss)|ecdsa-sha2-\S+|sk-\S+@openssh\.com) AAAA[\w+/=]{8,}/,
    "a key for logins",
  ],
  [
    /^\s*-?\s*"?(ssh_authorized_keys|ssh_import_id|chpasswd|hashed_passwd|plain_text_passwd)"?\s*:/m,
    "a login",
  ],
  [/^\s*"?ssh_pwauth"?\s*:\s*"?(true|yes|1)/im, "logins by password"],
  [/\b(chpasswd|usermod\s+(-\w+\s+)*-p|passwd\s+--stdin)\b/, "a password"],
];

const PARAMETER = "aws:ssm/parameter:Parameter";
const SECRET_NAME =
  /(password|passwd|passphrase|secret|private[-_]?key|api[-_]?key|token|credential)|(^|[/._-])(pwd|pass|psk)([/._-]|$)/i;

/** Fields that a machine runs: everybody who may describe it reads them. */
const SCRIPTS = /(^|\.)(userData|userDataBase64|userDataOverride|customData|shellScript)$/;

/** State, plans and descriptions keep what they are given, for everybody who reads them. */
export const noSecrets = ofResource(
  {
    name: "no-secrets",
    displayName: "No secret stands where it can be read",
    description:
      "Checks that no property holds an access key or a private key, no user data a password or a login, and no plain parameter a secret.",
    severity: "critical",
    tags: ["access"],
    remediationSteps:
      "Put the secret into Secrets Manager or a SecureString, and read it where it is used.",
  },
  (subject) => [
    ...plainParameter(subject),
    ...subject.leaves().flatMap(([path, value]) => secretIn(path, value)),
  ],
);

function plainParameter(subject: Subject): string[] {
  if (subject.type !== PARAMETER) {
    return [];
  }
  const [type, name] = [subject.at("type"), subject.at("name")];
  const isSecret =
    [name, subject.name, subject.at("description")].some(
      (text) => typeof text === "string" && SECRET_NAME.test(text),
    ) || ASSIGNED.test(String(subject.at("value")));
  return [
    ...(type !== "SecureString" && isSecret
      ? [
          `type is ${String(type)}; required: SecureString for what is called a secret.\nSet type and keyId.`,
        ]
      : []),
    ...(type === "SecureString" && subject.at("keyId") === undefined
      ? [
          `keyId is not set; required: a customer managed key.\nThe default key is everybody's in the account: set keyId.`,
        ]
      : []),
    ...(subject.at("insecureValue") === undefined
      ? []
      : ["insecureValue is set; required: value.\nWhat is given there stands in plans and logs."]),
  ];
}

function inScript(texts: readonly string[]): readonly [RegExp, string] | readonly [] {
  const found = [[ASSIGNED, "a password"] as const, ...LOGINS].find(([pattern]) =>
    texts.some((text) => pattern.test(text)),
  );
  return found ?? [];
}

function secretIn(path: string, value: unknown): string[] {
  if (typeof value !== "string" || (value as unknown) === UNKNOWN) {
    return [];
  }
  const isScript = SCRIPTS.test(path);
  const texts = isScript ? [value, Buffer.from(value, "base64").toString("utf8")] : [value];
  const [, what] =
    SECRETS.find(([pattern]) => texts.some((text) => pattern.test(text))) ??
    (isScript ? inScript(texts) : []);
  return what === undefined
    ? []
    : [
        `${path} holds ${what}; required: none: state and descriptions are read by many.\nKeep it in Secrets Manager, and read it where it is used.`,
      ];
}
