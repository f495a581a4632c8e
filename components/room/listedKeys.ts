import { type KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";

/** Ids of all keys of an account's Region, in whatever state. @throws what KMS answers where it does not tell. */
export async function listKeyIds(client: Pick<KMSClient, "send">): Promise<string[]> {
  const ids: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await client.send(new ListKeysCommand({ Limit: 1000, Marker }));
    ids.push(...(page.Keys ?? []).flatMap(({ KeyId }) => KeyId ?? []));
    Marker = page.Truncated === true ? page.NextMarker : undefined;
  } while (Marker !== undefined);
  return ids;
}
