import {
  fromNodeProviderChain,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from "@aws-sdk/credential-providers";

/** A role that Pulumi's AWS provider assumes: an entry of `aws:assumeRoles`. */
interface AssumedRole {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly externalId?: string;
  readonly sourceIdentity?: string;
}

/** A role that it assumes by a token of an identity provider: `aws:assumeRoleWithWebIdentity`. */
interface WebIdentity {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly webIdentityToken?: string;
  readonly webIdentityTokenFile?: string;
}

type Credentials = ReturnType<typeof fromTemporaryCredentials>;

/** Settings by which the first credentials are found, before a role of `aws:assumeRoles`, by full key. */
export const FIRST_CREDENTIALS = [
  "aws:assumeRoleWithWebIdentity",
  "aws:accessKey",
  "aws:secretKey",
  "aws:token",
  "aws:profile",
  "aws:sharedCredentialsFiles",
  "aws:sharedConfigFiles",
];

/** What a role's sessions are called where the stack names none. */
const SESSION = "clean-room";

/**
 * Credentials like those of a stack's AWS provider, for what that provider cannot look up: of
 * `aws:assumeRoleWithWebIdentity`, `aws:accessKey`, `aws:profile` or the surroundings, and with these of
 * each role of `aws:assumeRoles` in turn. Session policies and tags are left out; of
 * `aws:sharedConfigFiles` and `aws:sharedCredentialsFiles` the first counts.
 *
 * STS is asked in the stack's own Region: its endpoint there gives tokens that every Region takes, and asking in an opt-in
 * Region takes that both accounts have it, of which the caller's may not.
 *
 * Source: IAM user guide, "Manage AWS STS in an AWS Region".
 *
 * @param values The stack's configuration by full key; lists and objects are JSON text.
 */
export function awsCredentials(values: Readonly<Record<string, string>>): Credentials {
  const roles = JSON.parse(values["aws:assumeRoles"] ?? "[]") as readonly AssumedRole[];
  return roles.reduce<Credentials>(
    (masterCredentials, { roleArn, sessionName = SESSION, externalId, sourceIdentity }) =>
      fromTemporaryCredentials({
        ...stsOf(values),
        masterCredentials,
        params: {
          RoleArn: roleArn,
          RoleSessionName: sessionName,
          ExternalId: externalId,
          SourceIdentity: sourceIdentity,
        },
      }),
    firstCredentials(values),
  );
}

/** Credentials of a role that those assume. @param values As of {@link awsCredentials}. */
export function credentialsAs(
  roleArn: string,
  values: Readonly<Record<string, string>>,
): Credentials {
  const assumed = JSON.parse(values["aws:assumeRoles"] ?? "[]") as object[];
  return awsCredentials({
    ...values,
    "aws:assumeRoles": JSON.stringify([...assumed, { roleArn }]),
  });
}

function firstCredentials(values: Readonly<Record<string, string>>): Credentials {
  const identity = values["aws:assumeRoleWithWebIdentity"];
  if (identity !== undefined) {
    return webIdentity(JSON.parse(identity) as WebIdentity, values);
  }
  const accessKeyId = values["aws:accessKey"];
  if (accessKeyId !== undefined) {
    const secretAccessKey = values["aws:secretKey"] ?? "";
    const sessionToken = values["aws:token"];
    const fixed = { accessKeyId, secretAccessKey };
    return () => Promise.resolve(sessionToken === undefined ? fixed : { ...fixed, sessionToken });
  }
  const first = (name: string) => (JSON.parse(values[name] ?? "[]") as readonly string[])[0];
  const files = {
    profile: values["aws:profile"],
    filepath: first("aws:sharedCredentialsFiles"),
    configFilepath: first("aws:sharedConfigFiles"),
  };
  return fromNodeProviderChain(
    Object.fromEntries(Object.entries(files).filter(([, value]) => value !== undefined)),
  );
}

/** STS of the stack's Region; of whoever asks where it names none. */
function stsOf({ "aws:region": region }: Readonly<Record<string, string>>) {
  return region === undefined ? {} : { clientConfig: { region } };
}

function webIdentity(
  { roleArn, sessionName = SESSION, ...token }: WebIdentity,
  values: Readonly<Record<string, string>>,
): Credentials {
  const { webIdentityToken, webIdentityTokenFile } = token;
  const role = { ...stsOf(values), roleArn, roleSessionName: sessionName };
  return webIdentityToken === undefined
    ? fromTokenFile({
        ...role,
        ...(webIdentityTokenFile === undefined ? {} : { webIdentityTokenFile }),
      })
    : fromWebToken({ ...role, webIdentityToken });
}
