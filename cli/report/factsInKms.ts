import {
  type AliasListEntry,
  DescribeKeyCommand,
  GetPublicKeyCommand,
  ListAliasesCommand,
  type ListAliasesCommandOutput,
  ListResourceTagsCommand,
} from "@aws-sdk/client-kms";

import { failureOf } from "../../components/aws/failure";
import { fewAtATime } from "../../components/aws/fewAtATime";
import { EARLIER_SIGNING_KEY_ALIASES, SIGNING_KEY_ALIAS } from "../../components/names";
import { OWNER_TAG } from "../../components/tags";
import type { KeyFact, SigningKey } from "./caseFacts";
import type { Reading } from "./reading";
import type { ReportAws } from "./reportAws";

/** KMS answers some requests at a time. */
const KEYS_AT_A_TIME = 8;

/** What KMS has of keys. @param arns Their ARNs. */
export async function findKeys(
  kms: ReportAws["kms"],
  arns: readonly string[],
  reading: Reading,
): Promise<readonly KeyFact[]> {
  const found = await fewAtATime(arns, KEYS_AT_A_TIME, (arn) =>
    reading.of<KeyFact | undefined>({ what: `The key ${arn}`, opens: [] }, undefined, async () => {
      try {
        const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: arn }));
        const {
          KeyState: state = "of no state",
          CreationDate: created,
          DeletionDate: deletion,
        } = KeyMetadata ?? {};
        return { arn, state, created, deletion };
      } catch (error) {
        if (failureOf(error) === "absent") {
          return { arn, state: "gone" };
        }
        throw error;
      }
    }),
  );
  return found.flatMap((key) => key ?? []);
}

/** The keys by which the foundation signs records, and signed them before. */
export interface SigningKeys {
  /** That of today; undefined where it has none. */
  readonly today: SigningKey | undefined;

  /** Those that another has taken the place of. */
  readonly earlier: readonly SigningKey[];
}

/**
 * The keys by which the foundation signs records. That of today has the alias. One of before is known by three things
 * together: an alias that begins with that one's, which foundation deployers alone can give; a use for signatures with a
 * private half that KMS made; and the tag of the audit stack that today's key has, too. What a signature's metadata
 * names is none of them.
 */
export async function findSigningKeys(
  kms: ReportAws["kms"],
  reading: Reading,
): Promise<SigningKeys> {
  const today = await reading.of<SigningKey | undefined>(
    { what: "The signing key", opens: ["signatures"] },
    undefined,
    async () => {
      try {
        return await publicHalf(kms, SIGNING_KEY_ALIAS);
      } catch (error) {
        // A foundation that was deployed before there were signatures has none.
        if (failureOf(error) === "absent") {
          return undefined;
        }
        throw error;
      }
    },
  );
  // What they signed is told as unverified where they are not known.
  const aliases = await reading.of<readonly AliasListEntry[]>(
    { what: "The aliases of earlier signing keys", opens: [] },
    [],
    () => listAliases(kms),
  );
  const alias = aliases.find(({ AliasName }) => AliasName === SIGNING_KEY_ALIAS);
  const since = alias?.LastUpdatedDate ?? alias?.CreationDate;
  const others = new Map(
    aliases.flatMap(({ AliasName = "", TargetKeyId }) =>
      AliasName.startsWith(EARLIER_SIGNING_KEY_ALIASES) && TargetKeyId !== undefined
        ? [[TargetKeyId, AliasName] as const]
        : [],
    ),
  );
  const earlier = await fewAtATime([...others], KEYS_AT_A_TIME, ([id, name]) =>
    reading.of<SigningKey | undefined>({ what: `The key of ${name}`, opens: [] }, undefined, () =>
      today === undefined || today.arn.endsWith(`/${id}`)
        ? Promise.resolve(undefined)
        : earlierKey(kms, id, name, today, reading),
    ),
  );
  return { today: today && { ...today, since }, earlier: earlier.flatMap((key) => key ?? []) };
}

async function earlierKey(
  kms: ReportAws["kms"],
  id: string,
  name: string,
  today: SigningKey,
  reading: Reading,
): Promise<SigningKey | undefined> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
  const { KeyUsage, Origin, CreationDate: since } = KeyMetadata ?? {};
  const owner = await ownerOf(kms, id);
  const isOwn =
    KeyUsage === "SIGN_VERIFY" &&
    Origin === "AWS_KMS" &&
    owner !== undefined &&
    owner === (await ownerOf(kms, today.arn));
  if (!isOwn) {
    reading.note(
      { what: `The key of ${name}`, opens: [] },
      `${id} was not made by KMS for signatures, or does not carry the tag ${OWNER_TAG} that ${today.arn} has: it is taken for no signing key of the foundation.`,
    );
    return undefined;
  }
  return { ...(await publicHalf(kms, id)), since };
}

/** What the engine calls a key, by the tag that its stack gives it. */
async function ownerOf(kms: ReportAws["kms"], KeyId: string): Promise<string | undefined> {
  const { Tags = [] } = await kms.send(new ListResourceTagsCommand({ KeyId }));
  return Tags.find(({ TagKey }) => TagKey === OWNER_TAG)?.TagValue;
}

async function publicHalf(kms: ReportAws["kms"], id: string): Promise<SigningKey> {
  const { KeyId = "", PublicKey = new Uint8Array() } = await kms.send(
    new GetPublicKeyCommand({ KeyId: id }),
  );
  return { arn: KeyId, publicKey: pem(PublicKey) };
}

async function listAliases(kms: ReportAws["kms"]): Promise<readonly AliasListEntry[]> {
  const found: AliasListEntry[] = [];
  let Marker: string | undefined;
  do {
    const page: ListAliasesCommandOutput = await kms.send(new ListAliasesCommand({ Marker }));
    found.push(...(page.Aliases ?? []));
    Marker = page.Truncated === true ? page.NextMarker : undefined;
  } while (Marker !== undefined);
  return found;
}

/** A public key in DER, as KMS gives it, in PEM. Source: RFC 7468, section 13. */
function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n");
}
