"""Lists the blocks of a snapshot by EBS's direct APIs."""


def pages(ebs, snapshot, at):
    token = {}
    while True:
        # Anew for each page: tokens expire. From the block before: there is none past the last.
        start = max(at - 1, 0)
        page = ebs.list_snapshot_blocks(SnapshotId=snapshot, StartingBlockIndex=start, MaxResults=500, **token)
        page["Blocks"] = [block for block in page["Blocks"] if block["BlockIndex"] >= at]
        yield page
        if not page.get("NextToken"):
            return
        # A page may be empty and not the last.
        token = {} if page["Blocks"] else {"NextToken": page["NextToken"]}
        at = page["Blocks"][-1]["BlockIndex"] + 1 if page["Blocks"] else at
