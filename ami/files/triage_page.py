"""The one page of evidence-triage: everything that a suspect's disk says is text in it, and it loads nothing."""

import html
import json
import os

SHOWN = 500


def page(disk, base, view, place, done):
    parts = ["<!doctype html><html><head><meta charset=utf-8>",
             "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">",
             "<style>body{font-family:sans-serif}td,th{border:1px solid #bbb;padding:2px 6px;vertical-align:top}</style>",
             f"<title>Triage</title></head><body><h1>{html.escape(disk)}</h1>",
             f"<p>Mounted at {html.escape(base)}, {html.escape(view)}. What a suspect's disk says of itself is a claim, not a fact.</p>"]
    for name in done:
        told = done.get(name)
        state = "not begun" if told is None else f"{told['rows']} rows, {told['seconds']} s" if "sha256" in told else "running"
        parts.append(f"<h2>{name}</h2><p>{state}</p>")
        if told and "sha256" in told:
            with open(os.path.join(place, name + ".json"), encoding="utf-8") as file:
                found = json.load(file)
            parts += [f"<p><b>{html.escape(note)}</b></p>" for note in found["notes"][:50]]
            if len(found["notes"]) > 50:
                parts.append(f"<p><b>and {len(found['notes']) - 50} more notes, in {name}.json</b></p>")
            parts += ["<table>", row("th", found["columns"]), *[row("td", cells) for cells in found["rows"][:SHOWN]], "</table>"]
            if len(found["rows"]) > SHOWN:
                parts.append(f"<p>The first {SHOWN} of {len(found['rows'])}: all are in {name}.json.</p>")
    return "".join([*parts, "</body></html>"])


def row(tag, cells):
    return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"
