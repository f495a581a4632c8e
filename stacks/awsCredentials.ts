import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";

/** A role that Pulumi's AWS provider assumes: an entry of `aws:assumeRoles`. */
interface AssumedRole {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly externalId?: string;
  readonly sourceIdentity?: string;
}

/**
 * Credentials like those of a stack's AWS provider, for what that provider cannot look up: of
 * `aws:accessKey`, or `aws:profile`, or the surroundings, and with these of each role of
 * `aws:assumeRoles` in turn. A role's session policies and tags are left out.
 *
 * @param values The stack's configuration by full key; lists and objects are JSON text.
 */
export function awsCredentials(values: Readonly<Record<string, string>>) {
  const accessKeyId = values["aws:accessKey"];
  const profile = values["aws:profile"];
  const first =
    accessKeyId === undefined
      ? fromNodeProviderChain(profile === undefined ? {} : { profile })
      : fixed(accessKeyId, values["aws:secretKey"] ?? "", values["aws:token"]);
  const roles = JSON.parse(values["aws:assumeRoles"] ?? "[]") as readonly AssumedRole[];
  return roles.reduce<ReturnType<typeof fromTemporaryCredentials>>(
    (masterCredentials, { roleArn, sessionName = "clean-room", externalId, sourceIdentity }) =>
      fromTemporaryCredentials({
        masterCredentials,
        params: {
          RoleArn: roleArn,
          RoleSessionName: sessionName,
          ExternalId: externalId,
          SourceIdentity: sourceIdentity,
        },
      }),
    first,
  );
}

function fixed(accessKeyId: string, secretAccessKey: string, sessionToken: string | undefined) {
  const credentials = {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
  return () => Promise.resolve(credentials);
}
