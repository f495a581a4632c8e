import { DescribeKeyCommand, GetPublicKeyCommand } from "@aws-sdk/client-kms";

import { failureOf } from "../../components/aws/failure";
import { fewAtATime } from "../../components/aws/fewAtATime";
import { SIGNING_KEY_ALIAS } from "../../components/names";
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

/** The key by which the foundation signs records; undefined where it has none. */
export async function findSigningKey(
  kms: ReportAws["kms"],
  reading: Reading,
): Promise<SigningKey | undefined> {
  return reading.of<SigningKey | undefined>(
    { what: "The signing key", opens: ["signatures"] },
    undefined,
    async () => {
      try {
        const { KeyId = "", PublicKey = new Uint8Array() } = await kms.send(
          new GetPublicKeyCommand({ KeyId: SIGNING_KEY_ALIAS }),
        );
        return { arn: KeyId, publicKey: pem(PublicKey) };
      } catch (error) {
        // A foundation that was deployed before there were signatures has none.
        if (failureOf(error) === "absent") {
          return undefined;
        }
        throw error;
      }
    },
  );
}

/** A public key in DER, as KMS gives it, in PEM. Source: RFC 7468, section 13. */
function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n");
}
