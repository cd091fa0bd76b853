"""The same world on loopback: Toggl, Fibery and a model server over a seeded company. For the demo, tests and load.

The company works from Monday 2025-10-06 on; `build_world` (world.py) makes it from a seed, the same bytes everywhere, and
`running_sandbox` (server.py) serves it. Only invented names; e-mails end in example.com or example.org. By position:

 0 Mila Petrović    Belgrade   leads; owner of the tokens; her preferences round seconds up to quarter hours
 1 João Figueiredo  Lisbon     deploys across midnight on Tuesday; has two entries that overlap on Wednesday
 2 Grace Howell     New York   product; an entry of hers still runs on the last Sunday (stop null)
 3 田中 陽子          Tokyo      designer, non-Latin name
 4 Arjun Mehta      Kolkata    left after the first week (inactive); one entry of zero length
 5 Ольга Кравец     Belgrade   tester, non-Latin name; unknown to Fibery, so her items belong to others
 6 Alex Kim         New York   forgot the timer on Saturday (13 h 15 min); spends time on an item that is not started
 7 Alex Kim         Tokyo      same name, other person; one entry runs with negative seconds; a bug closed too early
 8 Tāne Rangi       Auckland   another e-mail in Fibery than in Toggl: needs the `people:` map
 9 Sofia Almeida    Lisbon     Toggl shows no e-mail for her
10 Ben Carter       New York   tracks nothing; has an item under way and one that is open

Nora Lindqvist exists in Fibery only. From 11 on people are ordinary. With three weeks or more Mila is on call while
the clocks go back (26 October 2025). The first week carries every description of entry_texts.AWKWARD; special_items.py
tells which items they meet: 12 is a Task, a Bug and a Feature, 13 is not what its text says, 14 has 130 comments, 18 is
overdue, 31 is a Work Version and an Old Work Version, 34 has no name, Build 2 is what `[Scrum] [Release] #2` means although
Release 2 exists, 7999 is gone, `[Backend] [Bug]` and `[People] [Event]` are types nobody has. The second week is an ordinary
one to compare with. Items and children are spread over everybody and over twelve features, two of each project.

What does not belong here: knowledge of Volt's own clients. The servers follow the vendors' facts.
"""
