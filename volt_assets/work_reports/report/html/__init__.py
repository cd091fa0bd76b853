"""The reports as self-contained HTML: the same facts and sentences as in the Markdown, with charts, for a browser and for print.

    prose_view   Markdown-safe text -> HTML, links of ours included      charts    facts -> what a chart shows
    sources      a sentence -> what it rests on, on demand
    templates    the *.html.j2 files, found and checked                  drawing   a chart -> inline SVG
    policy       style sheet and Content-Security-Policy                 pages     facts and prose -> one page

Nothing here computes a figure. No page has a script or asks for anything outside itself.
"""
