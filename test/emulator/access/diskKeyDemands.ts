import type { Asked } from "./askedOf";
import type { Demand } from "./demand";
import type { Facts, Where } from "./facts";

/**
 * What a request of EC2's has EBS ask of KMS in the name of who makes it: the emulator asks KMS for nothing, so
 * these are taken from what AWS documents, and not from calls that were seen.
 *
 * Sources: EBS user guide, "How Amazon EBS encryption works" and "Permissions for IAM users"; KMS developer
 * guide, "How Amazon EBS uses AWS KMS".
 */
export async function diskKeyDemands(
  { operation, said }: Asked,
  where: Where,
  facts: Facts,
): Promise<Demand[]> {
  const keyOf = async (id: string | undefined) =>
    id === undefined ? undefined : facts.keyOfDisk(where, id);
  switch (operation) {
    case "CopySnapshot":
      return [
        ...(await through(where, facts, await keyOf(said.get("SourceSnapshotId")), READ)),
        ...(await through(where, facts, said.get("KmsKeyId"), WRITE)),
      ];
    case "CreateVolume":
      return [
        ...(await through(where, facts, await keyOf(said.get("SnapshotId")), READ)),
        ...(await through(where, facts, said.get("KmsKeyId"), WRITE)),
      ];
    case "RunInstances": {
      const keys = [...said].flatMap(([name, value]) =>
        /^BlockDeviceMapping\.\d+\.Ebs\.KmsKeyId$/.test(name) ? value : [],
      );
      const demands = await Promise.all(
        [...new Set(keys)].map((key) => through(where, facts, key, [...WRITE, "Decrypt"])),
      );
      return demands.flat();
    }
    case "AttachVolume":
      return through(where, facts, await keyOf(said.get("VolumeId")), ["CreateGrant", "Decrypt"]);
    default:
      return [];
  }
}

/** What is read of a disk under a key, to be encrypted anew. */
const READ = ["DescribeKey", "Decrypt", "ReEncryptFrom"];

/** What is written of a disk under a key. */
const WRITE = ["DescribeKey", "CreateGrant", "GenerateDataKeyWithoutPlaintext", "ReEncryptTo"];

async function through(
  where: Where,
  facts: Facts,
  named: string | undefined,
  operations: readonly string[],
): Promise<Demand[]> {
  const key = named === undefined ? undefined : await facts.key(where, named);
  return key === undefined
    ? []
    : operations.map((operation) => ({
        action: `kms:${operation}`,
        resource: key.arn,
        context: {
          "kms:ViaService": `ec2.${where.region}.amazonaws.com`,
          "aws:ViaAWSService": "true",
          ...(operation === "CreateGrant" ? { "kms:GrantIsForAWSResource": "true" } : {}),
        },
      }));
}
